import Foundation
import Testing

@testable import RandomNumbers
@testable import RecurrentEngine
@testable import RecurrentModel
@testable import Safetensors
@testable import SystemCalls
@testable import TextCorpus

@Suite struct DurableFileTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private let old = Array("the old file".utf8)
  private let new = Array("new contents".utf8)

  @Test func createsAndReplaces() throws {
    try write(new, to: "file")
    #expect(try folder.bytes(of: "file") == new)
    try write(old, to: "file")
    #expect(try folder.bytes(of: "file") == old)
    #expect(try folder.names() == ["file"])
  }

  @Test func overwriteChangesWhatWasAppended() throws {
    try DurableFile.write(to: folder.path(of: "file")) { (sink) throws(FileError) in
      try sink.append(Array("ab--ef".utf8))
      try sink.overwrite(Array("cd".utf8), at: 2)
      try sink.append(Array("gh".utf8))
      #expect(sink.byteCount == 8)
    }
    #expect(try folder.bytes(of: "file") == Array("abcdefgh".utf8))
  }

  @Test func orderOfCalls() throws {
    let fileSystem = FaultyFileSystem()
    try write(new, to: "file", calls: fileSystem.calls)
    #expect(
      fileSystem.log == [
        .readLink, .statusOfPath, .open, .write, .flush, .close, .remove, .rename, .open, .flush, .close,
      ])
  }

  /// The Nth call fails, for every N, with every error of a disk.
  @Test(arguments: [SystemError(number: ENOSPC), SystemError(number: EIO), SystemError(number: EDQUOT)])
  func everyFailingCall(fault: SystemError) throws {
    for hasOldFile in [true, false] {
      let count = try callCount(hasOldFile: hasOldFile)
      #expect(count > 8)
      for failing in 0..<count {
        try restoreOldFile(if: hasOldFile)
        let fileSystem = FaultyFileSystem { _, index in index == failing ? fault : nil }
        let result = Result { try write(new, to: "file", calls: fileSystem.calls) }

        let call = fileSystem.log[failing]
        let isRenamed = fileSystem.log[..<failing].contains(.rename)
        let comment = Comment(rawValue: "call \(failing), \(call)")
        switch result {
        case .success:
          // Failures without an error: of reading a link, of setting permissions, of removing an earlier file, and of
          // closing a folder after it is flushed.
          let isUnsaid = [.readLink, .setPermissions, .remove].contains(call)
          #expect(isUnsaid || (call == .close && isRenamed), comment)
          #expect(try folder.bytes(of: "file") == new, comment)
        case .failure(let error as FileError):
          let path = folder.path(of: "file")
          let isCreated = fileSystem.log[..<failing].contains(.open)
          let expected: FileError =
            call == .rename
            ? .notReplaced(path: path, newFile: folder.path(of: temporary), fault)
            : isCreated ? .writeFailed(path: path, fault) : .cannotCreate(path: path, fault)
          #expect(error == expected, comment)
          #expect(try contents() == (isRenamed ? new : hasOldFile ? old : nil), comment)
        case .failure(let error): Issue.record(error)
        }
        // A completely written file is kept.
        if call == .rename { #expect(try folder.bytes(of: temporary) == new, comment) }
        try? FileManager.default.removeItem(atPath: folder.path(of: temporary))
        #expect(try folder.names().allSatisfy { $0 == "file" }, comment)
        #expect(fileSystem.openCount == 0, comment)
      }
    }
  }

  /// All writes from the Nth call on fail, as on a full disk.
  @Test func fullDisk() throws {
    for failing in 0..<12 {
      try restoreOldFile(if: true)
      let noSpace = SystemError(number: ENOSPC)
      let fileSystem = FaultyFileSystem(maximumTransfer: 2) { call, index in
        index >= failing && call == .write ? noSpace : nil
      }
      let result = Result { try write(new, to: "file", calls: fileSystem.calls) }
      // 12 bytes take 6 writes, after 4 other calls.
      #expect((try? result.get()) == nil ? failing < 10 : failing >= 10)
      #expect(try contents() == (failing < 10 ? old : new))
      #expect(try folder.names() == ["file"])
    }
  }

  @Test func everyCallInterruptedOnce() throws {
    let count = try callCount(hasOldFile: true)
    for interrupted in 0..<count {
      try restoreOldFile(if: true)
      let fileSystem = FaultyFileSystem { call, index in
        index == interrupted && [.open, .write, .flush, .close].contains(call) ? .interrupted : nil
      }
      try write(new, to: "file", calls: fileSystem.calls)
      #expect(try folder.bytes(of: "file") == new)
      #expect(fileSystem.openCount == 0)
    }
  }

  @Test func shortWritesAreContinued() throws {
    let bytes = (0..<1000).map { UInt8(truncatingIfNeeded: $0) }
    try write(bytes, to: "file", calls: FaultyFileSystem(maximumTransfer: 7).calls)
    #expect(try folder.bytes(of: "file") == bytes)
  }

  @Test func writeThatMovesNothingIsAnError() throws {
    let path = folder.path(of: "file")
    #expect(throws: FileError.writeFailed(path: path, .inputOutput)) {
      try write(new, to: "file", calls: FaultyFileSystem(maximumTransfer: 0).calls)
    }
    #expect(try folder.names().isEmpty)
  }

  @Test func failingContentsLeaveTheOldFile() throws {
    try restoreOldFile(if: true)
    let failure = FileError.writeFailed(path: "it", .inputOutput)
    #expect(throws: failure) {
      try DurableFile.write(to: folder.path(of: "file")) { (sink) throws(FileError) in
        try sink.append(new)
        throw failure
      }
    }
    #expect(try folder.bytes(of: "file") == old)
    #expect(try folder.names() == ["file"])
  }

  @Test(arguments: [EACCES, EBUSY, EEXIST, EINVAL, ENOSYS, ENOTSUP, EPERM, EXDEV])
  func aFileSystemThatDoesNotRename(error: Int32) throws {
    for hasOldFile in [true, false] {
      try restoreOldFile(if: hasOldFile)
      if hasOldFile { try #require(linkFile(folder.path(of: "file"), as: folder.path(of: "other name"))) }
      let fileSystem = FaultyFileSystem(maximumTransfer: 5) { call, _ in
        call == .rename ? SystemError(number: error) : nil
      }
      #expect(try write(new, to: "file", calls: fileSystem.calls) == .renaming)
      #expect(try folder.bytes(of: "file") == new)
      if hasOldFile {
        #expect(try folder.bytes(of: "other name") == old)
        removeFile(folder.path(of: "other name"))
      }
      #expect(try folder.names() == ["file"])
      #expect(fileSystem.openCount == 0)
    }
  }

  @Test(arguments: [EINVAL, ENOSYS, ENOTSUP, EPERM])
  func aFileSystemThatDoesNotFlush(error: Int32) throws {
    let fileSystem = FaultyFileSystem { call, _ in call == .flush ? SystemError(number: error) : nil }
    #expect(try write(new, to: "file", calls: fileSystem.calls) == .flushing)
    #expect(try folder.bytes(of: "file") == new)
  }

  /// All calls from the Nth on fail: there is a complete file under one of the names at every moment.
  @Test func aWholeFileIsThereAtEveryMoment() throws {
    let refusing = FaultyFileSystem(maximumTransfer: 5) { call, _ in call == .rename ? .exists : nil }
    try restoreOldFile(if: true)
    try write(new, to: "file", calls: refusing.calls)
    let newer = Array("contents that are newer and longer".utf8)
    for failing in refusing.log.indices {
      try restoreOldFile(if: true)
      for _ in 0..<3 {
        let faulty = FaultyFileSystem(maximumTransfer: 5) { call, index in
          index >= failing && call != .open ? SystemError(number: ENOSPC) : call == .rename ? .exists : nil
        }
        let result = Result { try write(newer, to: "file", calls: faulty.calls) }
        let wholes = try folder.names().filter { [old, newer].contains(try folder.bytes(of: $0)) }
        #expect(!wholes.isEmpty, "call \(failing)")
        if case .failure(FileError.notReplaced(_, let newFile, _)) = result {
          #expect(try [UInt8](Data(contentsOf: URL(filePath: newFile))) == newer, "call \(failing)")
        }
      }
      try write(new, to: "file")
      #expect(try folder.bytes(of: "file") == new)
      for name in try folder.names() where name != "file" {
        try FileManager.default.removeItem(atPath: folder.path(of: name))
      }
    }
  }

  private let temporary = "file.tmp-\(ProcessInfo.processInfo.processIdentifier)"

  @Test func leftoverOfAKilledProcessIsReplaced() throws {
    let leftover = temporary
    _ = try folder.write([1, 2, 3], to: leftover)
    try write(new, to: "file")
    #expect(try folder.bytes(of: "file") == new)
    #expect(try folder.names() == ["file"])
  }

  @Test func foldersThatCannotBeFlushedAreAccepted() throws {
    for (call, error) in [(FaultyFileSystem.Call.open, SystemError.accessDenied), (.flush, .invalidArgument)] {
      let fileSystem = FaultyFileSystem { failing, index in failing == call && index > 6 ? error : nil }
      try write(new, to: "file", calls: fileSystem.calls)
      #expect(fileSystem.log.last != .rename)
      #expect(try folder.bytes(of: "file") == new)
    }
  }

  @Test func targetsThatAreNoFiles() throws {
    #expect(throws: FileError.cannotCreate(path: folder.path, .isDirectory)) {
      try DurableFile.write(to: folder.path) { (_) throws(FileError) in }
    }
    let pipe = folder.path(of: "pipe")
    try #require(mkfifo(pipe, 0o600) == 0)
    #expect(throws: FileError.cannotCreate(path: pipe, .notSupported)) { try write(new, to: "pipe") }
    #expect(throws: FileError.cannotCreate(path: folder.path(of: "no/file"), .notFound)) {
      try write(new, to: "no/file")
    }
    #expect(throws: FileError.cannotCreate(path: "", .notFound)) {
      try DurableFile.write(to: "") { (_) throws(FileError) in }
    }
    #expect(try folder.names() == ["pipe"])
  }

  @Test func symbolicLinksStayLinks() throws {
    let manager = FileManager.default
    try manager.createDirectory(atPath: folder.path(of: "inner"), withIntermediateDirectories: false)
    _ = try folder.write(old, to: "inner/file")
    try manager.createSymbolicLink(atPath: folder.path(of: "relative"), withDestinationPath: "inner/file")
    try manager.createSymbolicLink(atPath: folder.path(of: "twice"), withDestinationPath: folder.path(of: "relative"))
    try manager.createSymbolicLink(atPath: folder.path(of: "dangling"), withDestinationPath: "inner/later")
    try manager.createSymbolicLink(atPath: folder.path(of: "loop"), withDestinationPath: "loop")

    try write(new, to: "twice")
    try write(new, to: "dangling")
    #expect(throws: FileError.cannotCreate(path: folder.path(of: "loop"), .tooManyLinks)) {
      try write(new, to: "loop")
    }
    #expect(try manager.destinationOfSymbolicLink(atPath: folder.path(of: "twice")) == folder.path(of: "relative"))
    #expect(try manager.destinationOfSymbolicLink(atPath: folder.path(of: "relative")) == "inner/file")
    #expect(try folder.bytes(of: "inner/file") == new)
    #expect(try folder.bytes(of: "inner/later") == new)
    #expect(try folder.names() == ["dangling", "inner", "loop", "relative", "twice"])
    #expect(try manager.contentsOfDirectory(atPath: folder.path(of: "inner")).sorted() == ["file", "later"])
  }

  @Test(arguments: [0o600, 0o666, 0o444])
  func permissionsAreKept(permissions: Int) throws {
    try restoreOldFile(if: true)
    try FileManager.default.setAttributes([.posixPermissions: permissions], ofItemAtPath: folder.path(of: "file"))
    try write(new, to: "file")
    #expect(try permissionsOfFile() == permissions)
  }

  @Test func newFilesCanBeReadByOthers() throws {
    try write(new, to: "file")
    #expect(try permissionsOfFile() & ~0o644 == 0)
    #expect(try permissionsOfFile() & 0o600 == 0o600)
  }

  // MARK: Helpers

  @discardableResult
  private func write(
    _ bytes: [UInt8], to name: String, calls: FileSystemCalls = .system
  ) throws(FileError) -> DurableFile.Shortcomings {
    try DurableFile.write(to: folder.path(of: name), calls: calls) { (sink) throws(FileError) in
      try sink.append(bytes)
    }
  }

  private func callCount(hasOldFile: Bool) throws -> Int {
    try restoreOldFile(if: hasOldFile)
    let fileSystem = FaultyFileSystem()
    try write(new, to: "file", calls: fileSystem.calls)
    return fileSystem.log.count
  }

  private func restoreOldFile(if isWanted: Bool) throws {
    try? FileManager.default.removeItem(atPath: folder.path(of: "file"))
    if isWanted { _ = try folder.write(old, to: "file") }
  }

  private func contents() throws -> [UInt8]? {
    try folder.names().contains("file") ? folder.bytes(of: "file") : nil
  }

  private func permissionsOfFile() throws -> Int {
    let attributes = try FileManager.default.attributesOfItem(atPath: folder.path(of: "file"))
    return try #require(attributes[.posixPermissions] as? NSNumber).intValue
  }
}
