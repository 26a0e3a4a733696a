import Foundation
import Testing

/// Tests of `lstm-score` on texts that arrive through a pipe.
struct FilterTests {
  private static let names = "anna\nbella\n\ncarla\ndella\nella\n"

  private func makeFolder(_ options: [String] = []) throws -> WorkFolder {
    let folder = try WorkFolder()
    try folder.train(options).expectSuccess()
    return folder
  }

  /// Each line waits for the answer to the one before it, so that an answer that comes too late ends in a timeout.
  @Test(arguments: [
    ([], "--per-line"), (["--lines"], "--per-line"), (["--lines"], "--per-record"),
    ([], "--per-line --adapt auto --adapt-length 50"), (["--lines"], "--per-line --adapt 0.1 --adapt-length 7"),
    (["--unit", "grapheme"], "--per-line"), ([], "--per-line --unknown nearest"),
  ])
  func everyLineHasItsRowBeforeTheNextOneComes(training: [String], options: String) throws {
    let folder = try makeFolder(training)
    let lines = TinyTraining.text.split(separator: "\n").prefix(12)
    try folder.write(lines.map { "\($0)\n" }.joined(), to: "lines.txt")
    let outcome = try folder.bash(
      """
      coproc lstm-score \(options) checkpoint.bin -
      while IFS= read -r line; do
        printf '%s\\n' "$line" >&${COPROC[1]}
        IFS= read -r -t 20 row <&${COPROC[0]} || exit 1
        printf '%s\\n' "$row"
      done < lines.txt
      """
    ).expectSuccess()
    let whole = try folder.score(options.split(separator: " ").map(String.init) + ["lines.txt"]).expectSuccess()
    #expect(outcome.output == whole.output && whole.output.count { $0 == "\n" } == 12)
  }

  /// Pieces of three bytes cut characters, line ends and the byte-order mark.
  @Test(arguments: [[], ["--unit", "grapheme"], ["--unit", "byte"], ["--lines"]])
  func piecesMakeNoDifference(training: [String]) throws {
    let folder = try WorkFolder()
    let text =
      Data("\u{FEFF}the sea\r\nいろは\r\n\n\r\nthe r\rose e\u{301}".utf8) + [0xE3, 0x81] + Data("\nwind\r\n".utf8)
    try folder.write(Data(TinyTraining.text.utf8) + text + Data("a\n".utf8), to: "text.txt")
    try folder.train(training + (training.last == "byte" ? [] : ["--invalid", "replace"])).expectSuccess()
    try folder.write(text + [0xE3, 0x81], to: "other.txt")
    for listing in [["--per-line"], ["--per-character"], ["--json"], ["--json", "--streams", "1"]] {
      let options = (["--quiet", "--unknown", "skip"] + listing).joined(separator: " ")
      let whole = try folder.bash("lstm-score \(options) checkpoint.bin - < other.txt").expectSuccess()
      let pieces = try folder.bash(
        "{ dd bs=3 if=other.txt 2>&-; } | lstm-score \(options) checkpoint.bin -"
      ).expectSuccess()
      #expect(pieces.output == whole.output && !whole.output.isEmpty, "\(listing)")
    }
    let offsets = try folder.rows(["--unknown", "skip", "--per-line", "other.txt"]).map { $0[0] }
    #expect(offsets == ["3", "12", "23", "24", "26", "42", "48"])
  }

  @Test func recordsAreRowsOfTheirOwn() throws {
    let folder = try WorkFolder()
    try folder.write(Self.names, to: "names.txt")
    try folder.train(["--lines"], texts: ["names.txt"]).expectSuccess()
    let lines = try folder.rows(["--per-line", "names.txt"])
    let records = try folder.rows(["--per-record", "--header", "names.txt"])
    #expect(records[0] == ["offset", "nats", "characters", "skipped", "record"])
    #expect(Array(records.dropFirst()) == lines.filter { $0[4] != "" } && lines.count == records.count)
    // A record of unknown characters alone has a row.
    try folder.write("anna\n日\nbella", to: "strange.txt")
    let strange = try folder.rows(["--per-record", "--unknown", "skip", "strange.txt"])
    #expect(strange.map { $0[4] } == ["anna", "日", "bella"] && strange[1][1...3] == ["nan", "0", "1"])

    try folder.write(TinyTraining.text, to: "text.txt")
    try folder.train("--overwrite").expectSuccess()
    try folder.score(["--per-record", "names.txt"]).expect(
      status: 64,
      error: "lstm-score: --per-record is for a model that was trained with --lines or --records; use --per-line\n")
    try folder.score(["--per-record", "--per-line", "names.txt"]).expect(
      status: 64, error: "lstm-score: --per-record and --per-line are different lists; give one of them\n")
  }

  /// Rows of a large mini-batch are those of small ones, also for rounded weights and lines of any length.
  @Test(arguments: ["float32", "int8", "bfloat16"])
  func batchesMakeNoDifference(weights: String) throws {
    let folder = try makeFolder(["--lines"])
    if weights != "float32" {
      try folder.run(.export, ["--weights", weights, "--output", "small.bin", "checkpoint.bin"]).expectSuccess()
      try FileManager.default.removeItem(atPath: folder.path(of: "checkpoint.bin"))
      try folder.write(folder.bytes(of: "small.bin"), to: "checkpoint.bin")
    }
    let words = ["sea", "wind and rose", "the tide", "rose", "the", String(repeating: "sea and wind ", count: 90)]
    let lines = (0..<400).map { words[($0 * $0 + $0 / 7) % words.count] }
    try folder.write(lines.joined(separator: "\n") + "\n", to: "lines.txt")
    try folder.write(words.joined(separator: "\n") + "\n", to: "words.txt")
    let single = Dictionary(
      uniqueKeysWithValues: zip(words, try folder.rows(["--per-line", "words.txt"]).map { $0[1] }))
    for options in [[], ["--threads", "2"]] {
      let rows = try folder.rows(["--per-line"] + options + ["lines.txt"])
      #expect(rows.map { $0[4] } == lines && rows.allSatisfy { $0[1] == single[$0[4]] })
    }
  }

  /// A line that is too long to wait for its end.
  @Test func aLineOfAnyLength() throws {
    let folder = try makeFolder(["--lines"])
    let long = String(repeating: "the sea and the wind ", count: 7_000)
    try folder.write("rose\n\(long)\nrose\nsea\n", to: "long.txt")
    try folder.write("rose\nrose\nsea\n", to: "short.txt")
    var rows = try folder.rows(["--per-record", "long.txt"])
    let row = rows.remove(at: 1)
    #expect(row[4] == long && row[2] == "\(long.count + 1)")
    #expect(rows.map { $0[1] } == (try folder.rows(["--per-record", "short.txt"]).map { $0[1] }))
    let total = try folder.scores(["--streams", "1", "long.txt"]).total
    let sum = (rows + [row]).reduce(0) { $0 + (Double($1[1]) ?? .nan) }
    #expect(abs(total.nats - sum) < 1e-4)
  }

  @Test func rowsBeforeAnErrorAreWritten() throws {
    let folder = try makeFolder()
    try folder.write("the sea\nand 日\nthe rose\n", to: "unknown.txt")
    try folder.write(Data("the sea\nand ".utf8) + [0xFF] + Data("\n".utf8), to: "malformed.txt")
    for (file, message) in [("unknown.txt", "'日' (U+65E5) at byte 12 is not"), ("malformed.txt", "not valid UTF-8")] {
      let outcome = try folder.score(["--per-line", file])
      #expect(outcome.status == 65 && outcome.error.contains("\(file): \(message)"), "\(outcome.error)")
      #expect(outcome.output.hasSuffix("\tthe sea\n") && outcome.output.count { $0 == "\n" } == 1)
    }
  }

  /// The offsets are those of the text, not of the one with replaced characters.
  @Test func nearestCharacters() throws {
    let folder = try makeFolder()
    try folder.write("the sea…\nTHE rose\n“and” the\n", to: "other.txt")
    let rows = try folder.rows(["--per-line", "--quiet", "--unknown", "nearest", "other.txt"])
    #expect(rows.map { $0[0] + " " + $0[3] + " " + $0[4] } == ["0 1 the sea…", "11 0 the rose", "20 2 “and” the"])
  }

  @Test(arguments: [[], ["--lines"]])
  func aReaderThatHasEnough(training: [String]) throws {
    let folder = try makeFolder(training)
    let outcome = try folder.bash(
      "yes 'the sea' | { lstm-score --per-line checkpoint.bin -; echo $? > status; } | head -n 2"
    ).expectSuccess()
    #expect(outcome.output.count { $0 == "\n" } == 2 && outcome.error.isEmpty)
    #expect(try folder.text(of: "status") == "0\n")
    // Also while the text pauses.
    try folder.bash(
      "mkfifo text.fifo; (exec 3> text.fifo; echo 'the sea' >&3; exec sleep 20) & pid=$!\n"
        + "{ lstm-score --per-line checkpoint.bin text.fifo; echo $? > status; } | head -n 1; kill -9 $pid"
    ).expectSuccess()
    #expect(try folder.text(of: "status") == "0\n")
  }

  /// Totals of a pipe are those of a file.
  @Test func totals() throws {
    for training in [[], ["--lines"]] {
      let folder = try makeFolder(training)
      for options in [
        [], ["--streams", "1"], ["--streams", "3"], ["--adapt", "auto"], ["--with", "checkpoint.bin"],
      ] {
        let file = try folder.scores(options + ["text.txt"]).total
        let piped = try folder.bash(
          "cat text.txt | lstm-score --json \(options.joined(separator: " ")) checkpoint.bin - > score.json")
        #expect(piped.status == 0 && piped.error.isEmpty)
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        let total = try decoder.decode(ScoreFigures.self, from: folder.bytes(of: "score.json")).total
        #expect(total.characters == file.characters && total.bytes == file.bytes)
        #expect(abs(total.nats - file.nats) < 1e-6, "\(training) \(options)")
      }
    }
  }

  @Test func textsWithoutAnyLoss() throws {
    let folder = try makeFolder()
    for (text, message) in [
      ("", "empty; give some text"), ("s", "too short (1 character, and the first is not scored); give more text"),
    ] {
      for listing in ["", "--per-line"] {
        let outcome = try folder.bash("printf '\(text)' | lstm-score \(listing) checkpoint.bin -")
        outcome.expect(status: 65, error: "lstm-score: standard input: \(message)\n")
      }
    }
  }
}
