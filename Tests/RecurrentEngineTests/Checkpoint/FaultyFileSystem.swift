import Synchronization

@testable import RandomNumbers
@testable import RecurrentEngine
@testable import RecurrentModel
@testable import Safetensors
@testable import SystemCalls
@testable import TextCorpus

/// The real file system with one failing call, which also counts open files.
final class FaultyFileSystem: Sendable {
  enum Call: CaseIterable, Sendable {
    case open, close, statusOfFile, statusOfPath, readLink, read, write, setPermissions, flush, rename, remove
  }

  private struct State {
    var log: [Call] = []
    var openCount = 0
  }

  private let state = Mutex(State())
  private let maximumTransfer: Int
  private let fault: @Sendable (_ call: Call, _ index: Int) -> SystemError?

  /// - Parameters:
  /// - maximumTransfer: The most bytes that one read or write transfers.
  /// - fault: Returns the error of a call, given the number of calls before it.
  init(
    maximumTransfer: Int = .max,
    fault: @escaping @Sendable (_ call: Call, _ index: Int) -> SystemError? = { _, _ in nil }
  ) {
    self.maximumTransfer = maximumTransfer
    self.fault = fault
  }

  /// The calls so far, in order.
  var log: [Call] { state.withLock { $0.log } }

  /// The number of open files.
  var openCount: Int { state.withLock { $0.openCount } }

  var calls: FileSystemCalls {
    let system = FileSystemCalls.system
    var calls = system
    calls.openFile = { (path, purpose) throws(SystemError) in
      try self.enter(.open)
      let descriptor = try system.openFile(path, purpose)
      self.state.withLock { $0.openCount += 1 }
      return descriptor
    }
    calls.closeFile = { (descriptor) throws(SystemError) in
      // A failing close releases the descriptor nevertheless.
      try system.closeFile(descriptor)
      self.state.withLock { $0.openCount -= 1 }
      try self.enter(.close)
    }
    calls.statusOfFile = { (descriptor) throws(SystemError) in
      try self.enter(.statusOfFile)
      return try system.statusOfFile(descriptor)
    }
    calls.statusOfPath = { (path) throws(SystemError) in
      try self.enter(.statusOfPath)
      return try system.statusOfPath(path)
    }
    calls.readLink = { (path) throws(SystemError) in
      try self.enter(.readLink)
      return try system.readLink(path)
    }
    calls.readBytes = { (descriptor, bytes, offset) throws(SystemError) in
      try self.enter(.read)
      let part = UnsafeMutableRawBufferPointer(rebasing: bytes.prefix(self.maximumTransfer))
      return try system.readBytes(descriptor, part, offset)
    }
    calls.writeBytes = { (descriptor, bytes, offset) throws(SystemError) in
      try self.enter(.write)
      return try system.writeBytes(
        descriptor, UnsafeRawBufferPointer(rebasing: bytes.prefix(self.maximumTransfer)), offset)
    }
    calls.setPermissions = { (descriptor, permissions) throws(SystemError) in
      try self.enter(.setPermissions)
      try system.setPermissions(descriptor, permissions)
    }
    calls.flushFile = { (descriptor) throws(SystemError) in
      try self.enter(.flush)
      try system.flushFile(descriptor)
    }
    calls.renameFile = { (path, newPath) throws(SystemError) in
      try self.enter(.rename)
      try system.renameFile(path, newPath)
    }
    calls.removeFile = { (path) throws(SystemError) in
      try self.enter(.remove)
      try system.removeFile(path)
    }
    return calls
  }

  private func enter(_ call: Call) throws(SystemError) {
    let index = state.withLock { state in
      state.log.append(call)
      return state.log.count - 1
    }
    if let error = fault(call, index) { throw error }
  }
}
