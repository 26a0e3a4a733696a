import Foundation
import RecurrentEngine
import Testing

@testable import lstm_sample

/// Tests of `lstm-sample --count`.
struct SampleCountTests {
  private static let separator = "\n---\n"

  private func makeFolder() throws -> WorkFolder {
    let folder = try WorkFolder()
    try folder.train()
    return folder
  }

  private func output(in folder: WorkFolder, _ options: String...) throws -> String {
    let outcome = try folder.run(.sample, options + ["checkpoint.bin"])
    #expect(outcome.status == 0)
    #expect(outcome.error.isEmpty)
    return outcome.output
  }

  @Test func aTextIsTheSameAmongAnyNumber() throws {
    let folder = try makeFolder()
    func texts(_ count: Int, _ options: String...) throws -> [String] {
      let options = ["--count", String(count), "--length", "50", "--seed", "7", "--prime", "the ", "--separator", "|"]
      let outcome = try folder.run(.sample, options + ["checkpoint.bin"])
      return outcome.output.components(separatedBy: "|")
    }
    // More than one group; a group has at most 64 texts.
    let many = try texts(131)
    #expect(many.count == 131)
    #expect(Set(many).count == many.count)
    #expect(many.allSatisfy { $0.hasPrefix("the ") && $0.unicodeScalars.count == 54 })
    for count in [1, 2, 5, 64, 65] { #expect(try texts(count) == Array(many.prefix(count)), "\(count) texts") }
    #expect(try [output(in: folder, "-n", "50", "--seed", "7", "--prime", "the ")] == Array(many.prefix(1)))
  }

  @Test func threadsMakeNoDifference() throws {
    let folder = try makeFolder()
    let outputs = try ["1", "2", "5"].map {
      try output(in: folder, "--count", "70", "--length", "30", "--seed", "3", "--threads", $0)
    }
    #expect(Set(outputs).count == 1)
    #expect(outputs[0].components(separatedBy: Self.separator).count == 70)
  }

  @Test func separators() throws {
    let folder = try makeFolder()
    func texts(_ options: String...) throws -> String {
      let outcome = try folder.run(.sample, options + ["-n", "9", "--seed", "1", "checkpoint.bin"])
      #expect(outcome.status == 0)
      return outcome.output
    }
    let alone = try texts("--count", "3", "--separator", "").unicodeScalars.map(String.init)
    #expect(alone.count == 27)
    let three = (0..<3).map { alone[9 * $0..<9 * $0 + 9].joined() }
    #expect(try texts() == three[0])
    #expect(try texts("--separator", "x") == three[0])
    #expect(try texts("--count", "3") == three.joined(separator: "\n---\n"))
    // The tool does not interpret escape sequences, as the shell can.
    #expect(try texts("--count", "3", "--separator", "\\n日") == three.joined(separator: "\\n日"))
    #expect(try texts("--count", "3", "--null") == three.map { $0 + "\0" }.joined())
    #expect(try texts("--null") == three[0] + "\0")
    #expect(try output(in: folder, "--count", "3", "-n", "0", "--prime", "sea") == "sea\n---\nsea\n---\nsea")
    #expect(try output(in: folder, "--count", "2", "-n", "0", "--null") == "\0\0")
  }

  /// Groups are as few as possible, of nearly equal size, and need at most 256 MB.
  @Test func groups() throws {
    let vocabulary = try Vocabulary(unit: .character, entries: [Array("a".utf8), Array("日".utf8)])
    func groupSize(_ count: Int, length: Int) -> Int {
      TextSeries(SampleOptions(count: count, length: length), vocabulary: vocabulary).groupSize
    }
    #expect([1, 2, 64, 65, 129, 2_000_000_000].map { groupSize($0, length: 1000) } == [1, 2, 64, 33, 43, 64])
    #expect(groupSize(10, length: 0) == 10)
    #expect(groupSize(1000, length: 20_000_000) == 5)
    #expect(groupSize(1000, length: Int(Int32.max)) == 1)
  }

  @Test func contradictions() throws {
    let folder = try makeFolder()
    for separator in ["|", ""] {
      try folder.run(.sample, ["--null", "--separator", separator, "checkpoint.bin"]).expect(
        status: 64,
        error: "lstm-sample: --null and --separator do not go together: both set the separator; "
          + "leave one of them out\n")
    }
    try folder.run(.sample, ["--count", "0", "checkpoint.bin"]).expect(
      status: 64, error: "lstm-sample: --count takes a whole number from 1 to 2147483647, not '0'\n")

    try folder.write(Data((0..<1200).map { UInt8($0 % 7) }), to: "text.txt")
    try folder.train("--unit", "byte")
    try folder.run(.sample, ["--null", "--count", "2", "checkpoint.bin"]).expect(
      status: 64,
      error: "lstm-sample: --null: the model's own texts can have NUL bytes; give a --separator instead\n")
  }

  @Test func aReaderThatHasEnough() throws {
    let folder = try makeFolder()
    let outcome = try folder.shell(
      "{ \"$0\" --count 2000000000 --length 100 checkpoint.bin; echo $? > status; } | head -n 3", .sample)
    #expect(try folder.text(of: "status") == "0\n")
    #expect(outcome.output.count { $0 == "\n" } == 3)
    #expect(outcome.error.isEmpty)
  }
}
