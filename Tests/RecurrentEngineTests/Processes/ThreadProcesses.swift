import Foundation

@testable import MessagePassing
@testable import RecurrentEngine

/// Threads of this process in the place of processes, for tests without MPI.
struct ThreadProcesses: ProcessGroup {
  let index: Int
  let count: Int
  var nodeName: String { "node\(index)" }
  private let mail: Mail

  /// Messages on their way.
  private final class Mail: @unchecked Sendable {
    private let condition = NSCondition()
    private var boxes: [[[UInt8]]]  // (from · count + to), oldest first
    private let count: Int

    init(count: Int) {
      self.count = count
      boxes = Array(repeating: [], count: count * count)
    }

    func send(_ bytes: [UInt8], from sender: Int, to receiver: Int) {
      condition.withLock {
        boxes[sender * count + receiver].append(bytes)
        condition.broadcast()
      }
    }

    func receive(from sender: Int, to receiver: Int) -> [UInt8] {
      condition.withLock {
        while boxes[sender * count + receiver].isEmpty { condition.wait() }
        return boxes[sender * count + receiver].removeFirst()
      }
    }
  }

  func exchange(_ sent: UnsafeRawBufferPointer, _ received: UnsafeMutableRawBufferPointer, with other: Int) {
    mail.send(Array(sent), from: index, to: other)
    received.copyBytes(from: mail.receive(from: other, to: index))
  }

  func gather(_ own: UnsafeRawBufferPointer, into all: UnsafeMutableRawBufferPointer) {
    for other in 0..<count { mail.send(Array(own), from: index, to: other) }
    for other in 0..<count {
      let bytes = mail.receive(from: other, to: index)
      UnsafeMutableRawBufferPointer(rebasing: all[(other * own.count)...]).copyBytes(from: bytes)
    }
  }

  func broadcast(_ bytes: UnsafeMutableRawBufferPointer) {
    if index == 0 {
      for other in 1..<count { mail.send(Array(bytes), from: 0, to: other) }
    } else {
      bytes.copyBytes(from: mail.receive(from: 0, to: index))
    }
  }

  func abort(status: Int32) -> Never { fatalError("a process ended all others with status \(status)") }
  func end() {}

  /// Runs the body as each of some processes, and returns the results in the order of their indices.
  static func run<Value: Sendable>(
    _ count: Int, _ body: @escaping @Sendable (any ProcessGroup) throws -> Value
  ) throws -> [Value] {
    let mail = Mail(count: count)
    let results = Results<Value>(count: count)
    for index in 0..<count {
      let thread = Thread {
        results.set(Result { try body(ThreadProcesses(index: index, count: count, mail: mail)) }, at: index)
      }
      thread.stackSize = 8 << 20
      thread.start()
    }
    return try results.all().map { try $0.get() }
  }

  private final class Results<Value: Sendable>: @unchecked Sendable {
    private let condition = NSCondition()
    private var results: [Result<Value, any Error>?]

    init(count: Int) { results = Array(repeating: nil, count: count) }

    func set(_ result: Result<Value, any Error>, at index: Int) {
      condition.withLock {
        results[index] = result
        condition.signal()
      }
    }

    func all() -> [Result<Value, any Error>] {
      condition.withLock {
        while results.contains(where: { $0 == nil }) { condition.wait() }
        return results.compactMap(\.self)
      }
    }
  }
}
