import RecurrentEngine
import Testing

@testable import lstm_fuzz

/// Tests of damaged checkpoints, opened as in the tools: each either loads and generates text, or gives an error of one
/// line. `lstm-fuzz checkpoint` tries many more.
@Suite struct CheckpointMutationTests {
  private let target: CheckpointTarget

  init() throws { target = try CheckpointTarget(checksMemory: false) }

  @Test(arguments: 1...4)
  func randomMutations(seed: UInt64) throws {
    var fuzzer = Fuzzer(target, seed: seed)
    try fuzzer.run(count: 1500)
    // The fuzzer reached many outcomes, beyond immediate refusals.
    #expect(fuzzer.outcomes.count > 80)
    #expect(fuzzer.outcomes.contains { $0.hasPrefix("ModelConfiguration") })
    #expect(fuzzer.outcomes.contains { $0.contains("contains NaN or infinity") })
    #expect(fuzzer.outcomes.contains { $0.contains("'vocabulary'") })
  }

  @Test func everySeedLoads() throws {
    let outcomes = try target.seeds.map(target.check)
    #expect(outcomes.allSatisfy { $0.hasPrefix("ModelConfiguration") })
    #expect(outcomes.count { $0.hasSuffix("resumed") } == 3)
  }

  /// Sizes for which a trainer would allocate far more than the available memory, with a right checksum.
  @Test(arguments: [("batchSize", 2), ("chunkLength", 4)])
  func forgedSizes(key: String, value: Int) throws {
    var refused = 0
    for seed in target.seeds {
      let text = Array("\\\"\(key)\\\":".utf8)
      guard let range = seed.firstRange(of: text + Array("\(value),".utf8)),
        seed.firstRange(of: Array("\"run\":".utf8)) != nil
      else { continue }
      for forged in [Int(Int32.max), Int(Int32.max) - 1, 1 << 24] {
        var bytes = seed
        bytes.replaceSubrange(range, with: text + Array("\(forged),".utf8))
        let growth = bytes.count - seed.count
        let length = bytes.prefix(8).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) } + UInt64(growth)
        bytes.replaceSubrange(0..<8, with: withUnsafeBytes(of: length.littleEndian, Array.init))
        let outcome = try target.check(withRightChecksum(bytes))
        #expect(outcome.contains("damaged") || outcome.contains("bytes of memory are needed"), "\(outcome)")
        refused += 1
      }
    }
    #expect(refused == 9)
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
          // The change is undetected only if it renames the checksum.
          #expect(!bytes.contains(Array("\"crc32c\"".utf8)), "byte \(index) by \(mask)")
        }
      }
    }
  }
}
