import Foundation
import Testing

@testable import RandomNumbers
@testable import RecurrentEngine
@testable import RecurrentModel
@testable import Safetensors
@testable import SystemCalls
@testable import TextCorpus

@Suite struct SafetensorsDamageTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  @Test func everyTruncation() throws {
    let bytes = try soundFile()
    for count in 0..<bytes.count {
      let path = try folder.write(Array(bytes[..<count]), to: "cut.bin")
      #expect(throws: CheckpointError.self) { try readAll(path) }
    }
    let path = try folder.write(bytes + [0], to: "longer.bin")
    #expect(throws: CheckpointError.self) { try readAll(path) }
  }

  @Test func everyBitFlipped() throws {
    let bytes = try soundFile()
    for index in bytes.indices {
      for bit in 0..<8 {
        var changed = bytes
        changed[index] ^= 1 << bit
        let path = try folder.write(changed, to: "flipped.bin")
        // The change is undetected only if it renames the checksum.
        if try isAccepted(path) {
          #expect(!changed.contains(Array("\"crc32c\"".utf8)))
        }
      }
    }
  }

  @Test(arguments: 1...4)
  func randomMutations(seed: UInt64) throws {
    var random = SplitMix64(state: seed)
    let bytes = try soundFile()
    for _ in 0..<1500 {
      let changed = mutated(bytes, using: &random)
      let path = try folder.write(changed, to: "mutated.bin")
      if try isAccepted(path) {
        #expect(changed == bytes || !changed.contains(Array("\"crc32c\"".utf8)))
      }
    }
  }

  /// Without a checksum many changes are undetected; a file that opens must then also be readable to the end.
  @Test(arguments: 5...8)
  func randomMutationsWithoutChecksum(seed: UInt64) throws {
    var random = SplitMix64(state: seed)
    let bytes = rawFile(
      #"{"__metadata__":{"a":"b\u00e9"},"x":{"dtype":"F32","shape":[2,3],"data_offsets":[0,24]},"#
        + #""y":{"dtype":"I64","shape":[1],"data_offsets":[24,32]}}"#, dataByteCount: 32)
    var acceptedCount = 0
    for _ in 0..<1500 {
      let path = try folder.write(mutated(bytes, using: &random), to: "mutated.bin")
      if try isAccepted(path) { acceptedCount += 1 }
    }
    #expect((1..<1500).contains(acceptedCount))
  }

  @Test func wrongChecksumNamesBothValues() throws {
    let bytes = try soundFile()
    let sound = try #require(bytes.firstRange(of: Array("\"crc32c\":\"".utf8)))
    let stored = String(decoding: bytes[sound.upperBound..<(sound.upperBound + 8)], as: UTF8.self)
    var changed = bytes
    changed[bytes.count - 1] ^= 1
    let path = try folder.write(changed, to: "changed.bin")
    let error = #expect(throws: CheckpointError.self) { try readAll(path) }
    guard case .damaged(path, .checksum(let storedValue, let computed)) = error else {
      Issue.record("not a checksum error: \(String(describing: error))")
      return
    }
    #expect(storedValue == UInt32(stored, radix: 16))
    #expect(computed != storedValue)
  }

  @Test func fileThatShrinksWhileOpen() throws {
    _ = try soundFile()
    let file = try SafetensorsFile(path: folder.path(of: "sound.bin"))
    let handle = try #require(FileHandle(forWritingAtPath: folder.path(of: "sound.bin")))
    try handle.truncate(atOffset: 20)
    expectError(.damaged(path: folder.path(of: "sound.bin"), .shrankWhileRead)) { () throws(CheckpointError) in
      _ = try file.tensor(named: "x")
    }
  }

  // MARK: Helpers

  private func soundFile() throws -> [UInt8] {
    try SafetensorsFile.write(
      [
        SafetensorsTensor("x", shape: [2, 3], values: [1, 2, 3, 4, 5, 6] as [Float]),
        SafetensorsTensor("step", shape: [1], values: [Int64(7)]),
        SafetensorsTensor("none", shape: [0], values: [Float]()),
      ], metadata: ["é\n": "text"], to: folder.path(of: "sound.bin"))
    return try folder.bytes(of: "sound.bin")
  }

  /// Whether the whole file can be read. Only a `CheckpointError` may be thrown.
  private func isAccepted(_ path: String) throws -> Bool {
    do throws(CheckpointError) {
      try readAll(path)
      return true
    } catch {
      #expect(!error.description.contains("\n"))
      return false
    }
  }

  private func mutated(_ bytes: [UInt8], using random: inout SplitMix64) -> [UInt8] {
    var bytes = bytes
    for _ in 0..<Int.random(in: 1...4, using: &random) {
      let index = Int.random(in: bytes.indices, using: &random)
      switch Int.random(in: 0..<5, using: &random) {
      case 0: bytes[index] ^= 1 << UInt8.random(in: 0..<8, using: &random)
      case 1: bytes[index] = Array("\"\\{}[],:0129-.eu ".utf8).randomElement(using: &random) ?? 0
      case 2: bytes[index] = .random(in: .min ... .max, using: &random)
      case 3: bytes.insert(.random(in: .min ... .max, using: &random), at: index)
      default: bytes.removeSubrange(index..<min(index + Int.random(in: 1...3, using: &random), bytes.count - 1))
      }
    }
    return bytes
  }
}

/// A small generator with a fixed seed, so that every run tries the same files.
private struct SplitMix64: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
    return mixed ^ (mixed >> 31)
  }
}
