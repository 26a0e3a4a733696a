import CommandLineSupport
import Foundation
import RecurrentEngine
import Testing

@testable import lstm_bench
@testable import lstm_fuzz
@testable import lstm_sample
@testable import lstm_study
@testable import lstm_train

/// Tests with random changes to command lines and files. `lstm-fuzz` tries many more.
struct MutationTests {
  @Test func everyTableOfOptions() throws {
    try check(trainCommand)
    try check(sampleCommand)
    try check(benchCommand)
    try check(compareCommand)
    try check(memoryCommand)
    try check(fuzzCommand)
  }

  private func check<Values>(_ command: CommandDefinition<Values>) throws {
    var fuzzer = Fuzzer(OptionsTarget(command: command), seed: 1)
    try fuzzer.run(count: 700)
    for outcome in ["run", "help", "version", "unknown", "missing value", "unexpected value", "invalid value"] {
      #expect(fuzzer.outcomes.contains { $0.hasPrefix(outcome) }, "\(command.name): \(outcome)")
    }
  }

  /// Damaged checkpoints, opened by the tool itself.
  @Test func damagedCheckpoints() throws {
    let folder = try WorkFolder()
    let target = try CheckpointTarget(checksMemory: false)
    var mutator = Mutator(seed: 2, tokens: target.tokens)
    var statuses: Set<Int32> = []
    for index in 0..<200 {
      let input = target.mutated(target.seeds[index % target.seeds.count], with: &mutator)
      try folder.write(Data(input), to: "damaged.bin")
      let outcome = try folder.run(.sample, ["--length", "3", "--seed", "1", "damaged.bin"])
      statuses.insert(outcome.status)
      #expect([0, 65].contains(outcome.status), "input \(index): \(outcome.error)")
      #expect(outcome.errorLines.count == (outcome.status == 0 ? 0 : 1), "input \(index): \(outcome.error)")
      #expect(outcome.outputBytes.isEmpty == (outcome.status != 0), "input \(index)")
    }
    #expect(statuses == [0, 65])
  }

  /// Files of some megabytes that a naive decoder would expand to twenty times their size. The tool checks its own
  /// memory.
  @Test func memoryStaysNearTheSizeOfTheFile() throws {
    let folder = try WorkFolder()
    try folder.makeFolder("seeds")
    let target = try CheckpointTarget(checksMemory: false)
    let seed = try #require(target.seeds.last)
    let bombs = [
      ("configuration", "{\\\"x\\\":[" + String(repeating: "0,", count: 2_000_000) + "0]}"),
      ("vocabulary", "[" + String(repeating: "\\\"\\\",", count: 1_000_000) + "\\\"\\\"]"),
    ]
    for (key, bomb) in bombs {
      let length = Int(seed[0]) + Int(seed[1]) << 8
      var header = Array(seed[8..<(8 + length)])
      let range = target.rangeOfText(key, in: header)
      try #require(!range.isEmpty)
      header.replaceSubrange(range, with: bomb.utf8)
      let size: [UInt8] = withUnsafeBytes(of: UInt64(header.count).littleEndian, Array.init)
      let file: [UInt8] = size + header + Array(seed[(8 + length)...])
      try folder.write(Data(file), to: "seeds/\(key)")
    }
    let count = target.seeds.count + bombs.count
    let outcome = try folder.run(.fuzz, ["checkpoint", "--seeds", "seeds", "--inputs", String(count)])
    #expect(outcome.status == 0, "\(outcome.error)")
    #expect(outcome.output.hasPrefix("\(count) inputs"))
  }

  /// The fuzzer finds a planted fault that is far from every seed.
  @Test func faultsAreFound() throws {
    struct Faulty: FuzzTarget {
      let seeds: [[UInt8]] = [Array("abc".utf8)]
      let tokens: [[UInt8]] = [Array("xyz".utf8)]

      func check(_ input: [UInt8]) throws(Finding) -> String {
        let places = input.indices.filter { input[$0...].starts(with: Array("xyz".utf8)) }
        try lstm_fuzz.require(places.count < 4, "four")
        return "\(places.count)"
      }
    }
    var fuzzer = Fuzzer(Faulty(), seed: 1)
    #expect(throws: Finding.self) { try fuzzer.run(count: 20_000) }
    #expect(fuzzer.outcomes == ["0", "1", "2", "3"])
  }

  @Test func theToolTellsWhatItDid() throws {
    let folder = try WorkFolder()
    for parser in FuzzedParser.allCases {
      let outcome = try folder.run(.fuzz, [parser.rawValue, "--inputs", "50"])
      #expect(outcome.status == 0, "\(outcome.error)")
      #expect(outcome.output.wholeMatch(of: /50 inputs, \d+ different outcomes, nothing found\n/) != nil)
      #expect(try folder.names().isEmpty)
    }
    try folder.run(.fuzz, ["nothing"]).expect(
      status: 64, error: "lstm-fuzz: give one of checkpoint, options, utf8\n")
    try folder.run(.fuzz, ["utf8", "--seeds", "missing"]).expect(
      status: 66, error: "lstm-fuzz: missing: cannot read the seeds; give a folder of files\n")
  }
}
