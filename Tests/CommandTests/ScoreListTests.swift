import Foundation
import RecurrentEngine
import Testing

/// Tests of `--per-line` and `--per-character`.
struct ScoreListTests {
  /// Lines with a tab, a backslash and multibyte characters, an empty line, and a last line without a line feed.
  private static let text = "\u{FEFF}a\tb\\c\n\nいろは\r\nlast い"

  private func makeFolder(_ options: String...) throws -> WorkFolder {
    let folder = try WorkFolder()
    try folder.write(String(repeating: Self.text.dropFirst() + "\n", count: 50), to: "text.txt")
    #expect(try folder.train(options).status == 0)
    try folder.write(Self.text, to: "lines.txt")
    return folder
  }

  @Test func everyCharacterButTheFirst() throws {
    let folder = try makeFolder()
    let rows = try folder.rows(["--per-character", "lines.txt"])
    var offset = 3
    let expected = Self.text.unicodeScalars.dropFirst().map { scalar in
      defer { offset += String(scalar).utf8.count }
      let shown = ["\t": "\\t", "\n": "\\n", "\\": "\\\\"][scalar] ?? String(scalar)
      return [String(offset), shown]
    }
    #expect(rows.map { Array($0.prefix(2)) } == Array(expected.dropFirst()))
    try expectSums(rows.map { try #require(Double($0[2])) }, count: rows.count, in: folder)
  }

  @Test func everyLine() throws {
    let folder = try makeFolder()
    let rows = try folder.rows(["--per-line", "lines.txt"])
    #expect(
      rows.map { [$0[0]] + $0[2...] } == [
        ["3", "5", "0", "a\\tb\\\\c"], ["9", "1", "0", ""], ["10", "5", "0", "いろは\r"], ["21", "6", "0", "last い"],
      ])
    try expectSums(rows.map { try #require(Double($0[1])) }, count: 17, in: folder)

    let characters = try folder.rows(["--per-character", "lines.txt"])
    let third = try characters.map { (try #require(Int($0[0])), try #require(Double($0[2]))) }
      .filter { (10..<21).contains($0.0) }.reduce(0) { $0 + $1.1 }
    #expect(abs(try #require(Double(rows[2][1])) - third) < 1e-5)
  }

  /// Expects the rounded costs to add up to the cost of the whole text, scored in one stream.
  private func expectSums(_ nats: [Double], count: Int, in folder: WorkFolder) throws {
    let total = try folder.scores(["--streams", "1", "lines.txt"]).total
    #expect(total.characters == count)
    #expect(abs(total.nats - nats.reduce(0, +)) < 1e-6 * Double(nats.count))
  }

  /// The text is scored in one stream, although without the list it would be split into several.
  @Test func aLongTextIsOnePass() throws {
    let folder = try makeFolder()
    try folder.write(String(repeating: Self.text.dropFirst() + "\n", count: 150), to: "long.txt")
    let rows = try folder.rows(["--per-character", "long.txt"])
    let total = try folder.scores(["--streams", "1", "long.txt"]).total
    try #require(total.characters > 1_100)
    #expect(rows.count == total.characters)
    let offsets = rows.compactMap { Int($0[0]) }
    #expect(zip(offsets, offsets.dropFirst()).allSatisfy { $0 < $1 })
    let sum = try rows.reduce(0) { $0 + (try #require(Double($1[2]))) }
    #expect(abs(total.nats - sum) < 1e-6 * Double(rows.count))
  }

  /// The costs are those of a sampler that reads a line feed first, if the vocabulary has one.
  @Test(arguments: [true, false]) func aTextBeginsAfterALineFeed(hasLineFeed: Bool) throws {
    let folder = try WorkFolder()
    try folder.write(TinyTraining.text.replacing("\n", with: hasLineFeed ? "\n" : " "), to: "text.txt")
    try folder.train()
    try folder.write("the sea and the rose", to: "other.txt")
    let model = try Checkpoint(path: folder.path(of: "checkpoint.bin")).model
    let ids = try model.vocabulary.encode("the sea and the rose")
    let sampler = Sampler(model)
    #expect((model.vocabulary.newlineID != nil) == hasLineFeed)
    if let lineFeed = model.vocabulary.newlineID { sampler.read(lineFeed) }
    let expected = zip(ids, ids.dropFirst()).map { id, next in
      sampler.read(id)
      return -log(sampler.probabilities()[Int(next)])
    }
    let nats = try folder.rows(["--per-character", "other.txt"]).compactMap { Double($0[2]) }
    #expect(nats.count == 19 && zip(nats, expected).allSatisfy { abs($0 - $1) < 1e-5 })
    let total = try folder.scores(["other.txt"]).total
    #expect(abs(total.natsPerCharacter - expected.reduce(0, +) / 19) < 1e-5)
    #expect(try folder.run(.score, ["--help"]).output.contains("line feed"))
  }

  @Test func namesOfTheColumns() throws {
    let folder = try makeFolder()
    for (listing, names) in [
      ("--per-line", ["offset", "nats", "characters", "skipped", "line"]),
      ("--per-character", ["offset", "character", "nats"]),
    ] {
      let rows = try folder.rows([listing, "--header", "lines.txt"])
      #expect(try rows[0] == names && Array(rows.dropFirst()) == folder.rows([listing, "lines.txt"]))
    }
  }

  /// CRLF with a model whose vocabulary has no carriage return; `everyLine` tests one that has it.
  @Test(arguments: [[], ["--lines"], ["--unit", "grapheme"], ["--unit", "byte"]])
  func linesThatEndInTwoCharacters(options: [String]) throws {
    let folder = try WorkFolder()
    try folder.train(options)
    let (plain, other) = ("the sea\n\nand the rose\nwind", "the sea\r\n\r\nand the rose\r\nwind\r")
    try folder.write(plain, to: "plain.txt")
    try folder.write(other, to: "other.txt")
    #expect(try folder.scores(["other.txt"]).total == folder.scores(["plain.txt"]).total)
    let rows = try ["plain.txt", "other.txt"].map { try folder.rows(["--per-line", $0]).map { Array($0[1...]) } }
    #expect(rows[0] == rows[1] && rows[0].count == 4)
    // A carriage return elsewhere is an ordinary character.
    try folder.write("the\rsea\n", to: "inside.txt")
    #expect(try folder.score(["inside.txt"]).status == 65)
  }

  @Test func graphemes() throws {
    let folder = try makeFolder("--unit", "grapheme")
    let rows = try folder.rows(["--per-character", "lines.txt"])
    let characters = ["\\t", "b", "\\\\", "c", "\\n", "\\n", "い", "ろ", "は", "\r\\n"] + "last い".map(String.init)
    #expect(rows.map { $0[1] } == characters)
    #expect(try folder.rows(["--per-line", "lines.txt"]).map { $0[0] } == ["3", "9", "10", "21"])
  }

  @Test func aModelThatFollowsTheText() throws {
    let folder = try makeFolder()
    let options = ["--adapt", "0.3", "--adapt-length", "4"]
    let adapted = try folder.rows(["--per-character", "lines.txt"] + options)
    let still = try folder.rows(["--per-character", "lines.txt"])
    let differs = zip(adapted, still).map { $0[2] != $1[2] }
    #expect(Array(differs.prefix(4)) == [false, false, false, false])
    #expect(differs.dropFirst(4).contains(true))
    let total = try folder.scores(["lines.txt"] + options).total
    let sum = try adapted.reduce(0) { $0 + (try #require(Double($1[2]))) }
    #expect(abs(total.nats - sum) < 1e-4)
  }

  @Test func aReaderThatHasEnough() throws {
    let folder = try makeFolder()
    let outcome = try folder.shell(
      "{ \"$0\" --per-character checkpoint.bin text.txt; echo $? > status; } | head -n 2", .score)
    #expect(try folder.text(of: "status") == "0\n")
    #expect(outcome.output.count { $0 == "\n" } == 2)
    #expect(outcome.error.isEmpty)
  }

  @Test func contradictions() throws {
    let folder = try makeFolder()
    let cases: [(options: [String], message: String)] = [
      (["--per-line", "--per-character"], "--per-line and --per-character are different lists; give one of them"),
      (["--per-line", "--json"], "--per-line writes lines, not JSON; leave out --json"),
      (["--per-character", "text.txt"], "--per-character lists one text, but 2 were given; give one"),
      (["--per-line", "--streams", "2"], "--per-line reads the text in one stream; leave out --streams"),
      (["--adapt", "0.1", "--streams", "2"], "--adapt reads the text in one stream; leave out --streams"),
      (["--adapt-length", "9"], "--adapt-length is for --adapt; give that, too"),
    ]
    for (options, message) in cases {
      try folder.score(options + ["lines.txt"]).expect(status: 64, error: "lstm-score: \(message)\n")
    }
    #expect(try folder.score(["--per-line", "--streams", "1", "lines.txt"]).status == 0)
  }
}
