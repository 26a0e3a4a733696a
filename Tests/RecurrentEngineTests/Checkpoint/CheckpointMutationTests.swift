import RecurrentEngine
import Testing

@testable import lstm_fuzz

/// Damaged checkpoints, opened as every tool opens them: each loads, and can be generated from, or gives an error of
/// one line. `lstm-fuzz checkpoint` tries many more.
@Suite struct CheckpointMutationTests {
  private let target: CheckpointTarget

  init() throws { target = try CheckpointTarget(checksMemory: false) }

  @Test(arguments: 1...4)
  func randomMutations(seed: UInt64) throws {
    var fuzzer = Fuzzer(target, seed: seed)
    try fuzzer.run(count: 1500)
    // Files of many kinds were met, and not only such as are refused at once.
    #expect(fuzzer.outcomes.count > 80)
    #expect(fuzzer.outcomes.contains { $0.hasPrefix("ModelConfiguration") })
    #expect(fuzzer.outcomes.contains { $0.contains("contains NaN or infinity") })
    #expect(fuzzer.outcomes.contains { $0.contains("'vocabulary'") })
  }

  @Test func everySeedLoads() throws {
    for seed in target.seeds { #expect(try target.check(seed).hasPrefix("ModelConfiguration")) }
  }

  @Test func everyTruncation() throws {
    for seed in target.seeds {
      for length in 0..<seed.count {
        #expect(try !target.check(Array(seed[..<length])).hasPrefix("ModelConfiguration"), "cut to \(length) bytes")
      }
    }
  }

  @Test func everyByteOfTheHeaderFlipped() throws {
    let seed = try #require(target.seeds.first)
    let headerEnd = try #require(seed.lastIndex(of: UInt8(ascii: "}")))
    for index in 0...headerEnd {
      for mask: UInt8 in [0x01, 0x20, 0xFF] {
        var bytes = seed
        bytes[index] ^= mask
        if try target.check(bytes).hasPrefix("ModelConfiguration") {
          // Only if the checksum has lost its name is there nothing to compare with.
          #expect(!bytes.contains(Array("\"crc32c\"".utf8)), "byte \(index) by \(mask)")
        }
      }
    }
  }
}
