internal import CLibrary

/// A thread whose creation can fail, unlike that of a dispatch queue, which tries for ever.
// Unchecked: the system's handle can be used on any thread.
package final class SystemThread: @unchecked Sendable {
  /// The size of a thread's stack in bytes. Kernels need little of it, and address space may be limited.
  package static let stackByteCount = 1 << 20

  private let handle: pthread_t

  /// Starts a thread.
  ///
  /// - Throws: The system's error if it creates no more threads.
  package init(_ body: @escaping @Sendable () -> Void) throws(SystemError) {
    let attributes = UnsafeMutablePointer<pthread_attr_t>.allocate(capacity: 1)
    pthread_attr_init(attributes)
    defer {
      pthread_attr_destroy(attributes)
      attributes.deallocate()
    }
    pthread_attr_setstacksize(attributes, Self.stackByteCount)
    #if canImport(Darwin)
    pthread_attr_set_qos_class_np(attributes, QOS_CLASS_USER_INITIATED, 0)
    #endif
    #if canImport(Glibc)
    var created = pthread_t()
    #else
    var created: pthread_t?
    #endif
    let work = Unmanaged.passRetained(Work(body: body))
    let code = pthread_create(&created, attributes, { run($0) }, work.toOpaque())
    guard code == 0, let handle = created as pthread_t? else {
      work.release()
      throw SystemError(number: code)
    }
    self.handle = handle
  }

  /// Waits until the thread has ended.
  package func join() { pthread_join(handle, nil) }

  fileprivate final class Work: Sendable {
    let body: @Sendable () -> Void

    init(body: @escaping @Sendable () -> Void) { self.body = body }
  }
}

private func run(_ work: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
  if let work { Unmanaged<SystemThread.Work>.fromOpaque(work).takeRetainedValue().body() }
  return nil
}
