import Foundation
import Testing

@testable import RandomNumbers
@testable import RecurrentEngine
@testable import RecurrentModel
@testable import Safetensors
@testable import SystemCalls
@testable import TextCorpus

/// Tests of failures while a checkpoint of several tensors replaces an older one.
@Suite struct CheckpointWritingTests {
  private let folder: TemporaryFolder
  private var path: String { folder.path(of: "checkpoint.bin") }

  init() throws { folder = try TemporaryFolder() }

  private func write(_ value: Float, calls: FileSystemCalls = .system) throws(CheckpointError) {
    let tensors = (0..<3).map { index in
      SafetensorsTensor("t\(index)", shape: [40, 10], values: [Float](repeating: value, count: 400))
    }
    try SafetensorsFile.write(tensors, metadata: ["value": "\(value)"], to: path, calls: calls)
  }

  /// Returns the value in the file, which must be complete and undamaged, or nil if there is none.
  private func value() throws -> Float? {
    guard try folder.names().contains("checkpoint.bin") else { return nil }
    let file = try SafetensorsFile(path: path)
    let hasChecksum = file.hasChecksum
    #expect(hasChecksum)
    let values = try file.names.flatMap { try file.tensor(named: $0, of: Float.self) }
    #expect(values.count == 1200 && Set(values).count == 1)
    return values.first
  }

  private func restore(_ bytes: [UInt8]?) throws {
    try? FileManager.default.removeItem(atPath: path)
    if let bytes { try folder.write(bytes, to: "checkpoint.bin") }
  }

  /// The Nth call fails, for every N; transfers are so short that each tensor takes several.
  @Test(arguments: [ENOSPC, EIO, EDQUOT], [Int.max, 700])
  func everyFailingCall(number: Int32, maximumTransfer: Int) throws {
    let fault = SystemError(number: number)
    try write(1)
    let old = try folder.bytes(of: "checkpoint.bin")
    let sound = FaultyFileSystem(maximumTransfer: maximumTransfer)
    try write(2, calls: sound.calls)
    #expect(try value() == 2)
    #expect(sound.log.count(where: { $0 == .write }) > (maximumTransfer == .max ? 4 : 8))

    for contents in [old, nil] {
      for failing in sound.log.indices {
        try restore(contents)
        let fileSystem = FaultyFileSystem(maximumTransfer: maximumTransfer) { _, index in
          index == failing ? fault : nil
        }
        let result = Result { try write(2, calls: fileSystem.calls) }
        // Without an old file there is one call fewer, because there are no permissions to copy.
        guard failing < fileSystem.log.count else { continue }
        let before = fileSystem.log[..<failing]
        let comment = Comment(rawValue: "call \(failing), \(fileSystem.log[failing])")
        switch result {
        case .success: #expect(try value() == 2, comment)
        case .failure(let error as CheckpointError):
          let newFile = "\(path).tmp-\(getpid())"
          let expected: CheckpointError =
            fileSystem.log[failing] == .rename
            ? .notReplaced(path: path, newFile: newFile, fault)
            : before.contains(.open) ? .writeFailed(path: path, fault) : .cannotCreate(path: path, fault)
          #expect(error == expected, comment)
          try? FileManager.default.removeItem(atPath: newFile)
          #expect(try value() == (before.contains(.rename) ? 2 : contents == nil ? nil : 1), comment)
          if !before.contains(.rename), let contents {
            #expect(try folder.bytes(of: "checkpoint.bin") == contents, comment)
          }
        case .failure(let error): Issue.record(error)
        }
        #expect(try folder.names().allSatisfy { $0 == "checkpoint.bin" }, comment)
        #expect(fileSystem.openCount == 0, comment)
      }
    }
  }

  /// A full disk stays full: all later calls fail, too, and the next attempt with free space succeeds.
  @Test func aDiskThatFillsUp() throws {
    try write(1)
    for roomFor in 0..<9 {
      let full = FaultyFileSystem(maximumTransfer: 700) { call, index in
        call == .write && index >= roomFor + 4 ? .noSpace : nil
      }
      for _ in 0..<2 {
        #expect(throws: CheckpointError.writeFailed(path: path, .noSpace)) { try write(2, calls: full.calls) }
        #expect(try value() == 1)
        #expect(try folder.names() == ["checkpoint.bin"])
      }
    }
    try write(3)
    #expect(try value() == 3)
  }
}

extension SystemError {
  fileprivate static let noSpace = SystemError(number: ENOSPC)
}
