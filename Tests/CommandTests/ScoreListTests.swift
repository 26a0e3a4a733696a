import Foundation
import Testing

/// `--per-line` and `--per-character`.
struct ScoreListTests {
  /// Lines of every kind: a tab, a backslash, characters of several bytes, no text at all, no end.
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
      rows.map { [$0[0], $0[2], $0[3]] } == [
        ["3", "5", "a\\tb\\\\c"], ["9", "1", ""], ["10", "5", "いろは\r"], ["21", "6", "last い"],
      ])
    #expect(rows.allSatisfy { $0.count == 4 })
    try expectSums(rows.map { try #require(Double($0[1])) }, count: 17, in: folder)

    let characters = try folder.rows(["--per-character", "lines.txt"])
    let third = try characters.map { (try #require(Int($0[0])), try #require(Double($0[2]))) }
      .filter { (10..<21).contains($0.0) }.reduce(0) { $0 + $1.1 }
    #expect(abs(try #require(Double(rows[2][1])) - third) < 1e-5)
  }

  /// The sum of rounded numbers is that of the whole text, as one pass reads it.
  private func expectSums(_ nats: [Double], count: Int, in folder: WorkFolder) throws {
    let total = try folder.scores(["--streams", "1", "lines.txt"]).total
    #expect(total.characters == count)
    #expect(abs(total.nats - nats.reduce(0, +)) < 1e-6 * Double(nats.count))
  }

  /// So long that it would be cut into streams if only its sum were wanted.
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

  @Test func graphemes() throws {
    let folder = try makeFolder("--unit", "grapheme")
    let rows = try folder.rows(["--per-character", "lines.txt"])
    #expect(
      rows.map { $0[1] } == ["\\t", "b", "\\\\", "c", "\\n", "\\n", "い", "ろ", "は", "\r\\n"] + "last い".map(String.init))
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
      (["--adapt-length", "9"], "--adapt-length is for --adapt; give a rate, too"),
    ]
    for (options, message) in cases {
      try folder.score(options + ["lines.txt"]).expect(status: 64, error: "lstm-score: \(message)\n")
    }
    #expect(try folder.score(["--per-line", "--streams", "1", "lines.txt"]).status == 0)
  }
}
