internal import SystemCalls

/// Processes that work on the same task together, perhaps on several nodes. All of them call the same functions in the
/// same order, because each call waits for the others.
public protocol ProcessGroup: Sendable {
  /// The index of this process, below ``count``. The process with index 0 leads: it alone writes files and messages.
  var index: Int { get }
  /// The number of processes.
  var count: Int { get }
  /// The name of this node.
  var nodeName: String { get }

  /// Sends bytes to another process, and receives bytes that it sends in the same call.
  func exchange(_ sent: UnsafeRawBufferPointer, _ received: UnsafeMutableRawBufferPointer, with other: Int)

  /// Collects the bytes of all processes in the order of their indices, as many from each.
  func gather(_ own: UnsafeRawBufferPointer, into all: UnsafeMutableRawBufferPointer)

  /// Copies bytes of process 0 to all others.
  func broadcast(_ bytes: UnsafeMutableRawBufferPointer)

  /// Ends all processes at once.
  func abort(status: Int32) -> Never

  /// Ends the communication; no other function may be called after it.
  func end()
}

extension ProcessGroup {
  /// Whether this process leads.
  public var isLeader: Bool { index == 0 }

  /// Collects the elements of all processes in the order of their indices, as many from each.
  public func gather<Element: BitwiseCopyable>(_ own: [Element]) -> [Element] {
    guard count > 1, !own.isEmpty else { return own }
    return [Element](unsafeUninitializedCapacity: count * own.count) { all, initializedCount in
      own.withUnsafeBytes { gather($0, into: UnsafeMutableRawBufferPointer(all)) }
      initializedCount = count * own.count
    }
  }

  /// Returns the value of process 0.
  public func broadcast<Value: BitwiseCopyable>(_ value: Value) -> Value {
    guard count > 1 else { return value }
    var value = value
    withUnsafeMutableBytes(of: &value) { broadcast($0) }
    return value
  }
}

/// A process that works alone.
public struct SingleProcess: ProcessGroup {
  /// Creates a group of this process alone.
  public init() {}

  public var index: Int { 0 }
  public var count: Int { 1 }
  public var nodeName: String { "" }

  public func exchange(_ sent: UnsafeRawBufferPointer, _ received: UnsafeMutableRawBufferPointer, with other: Int) {
    received.copyBytes(from: sent)
  }

  public func gather(_ own: UnsafeRawBufferPointer, into all: UnsafeMutableRawBufferPointer) {
    all.copyBytes(from: own)
  }

  public func broadcast(_ bytes: UnsafeMutableRawBufferPointer) {}
  public func abort(status: Int32) -> Never { ThisProcess.exit(status) }
  public func end() {}
}
