package import CommandLineSupport
internal import SystemCalls

/// A lock against a second run that writes the same file. The system releases it even if the process crashes.
package struct RunLock: ~Copyable {
  private let path: String
  private let descriptor: FileDescriptor

  /// Locks the file at a path, which need not exist, with a file `.name.lock` in the same folder.
  ///
  /// - Throws: `ToolError` with status `cannotCreate` if another process has the lock.
  package init(_ file: String, option: String) throws(ToolError) {
    let target = resolved(file)
    // A local constant: Swift 6.2 releases a property twice if it is set before a noncopyable initializer throws.
    let path = "\(folder(of: target))/.\(name(of: target)).lock"
    while true {
      let descriptor: FileDescriptor
      do throws(SystemError) {
        descriptor = try .open(path, for: .locking)
      } catch {
        throw cannotCreate(path, error)
      }
      guard descriptor.tryLock() else {
        descriptor.close()
        throw ToolError(
          .cannotCreate,
          "\(file): another run is writing it; wait for its end or choose another \(option)")
      }
      // The previous holder may have removed the file between the two calls; a lock on it would then be useless.
      if Self.isSame(descriptor, path) {
        self.path = path
        self.descriptor = descriptor
        return
      }
      descriptor.close()
    }
  }

  deinit {
    removeFile(path)
    descriptor.close()
  }

  private static func isSame(_ descriptor: FileDescriptor, _ path: String) -> Bool {
    guard let opened = try? descriptor.status(), let named = FileStatus(path: path) else { return false }
    return opened.inode == named.inode && opened.device == named.device
  }
}
