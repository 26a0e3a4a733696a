import Foundation
import Testing

/// Tests of the texts that `lstm-score` accepts, and of its errors for the others.
struct ScoreInputTests {
  private func makeFolder() throws -> WorkFolder {
    let folder = try WorkFolder()
    try folder.train()
    return folder
  }

  @Test func charactersThatTheModelDoesNotKnow() throws {
    let folder = try makeFolder()
    try folder.write("the señor and the 日 tide\n日", to: "strange.txt")
    try folder.write("the seor and the  tide\n", to: "left.txt")
    try folder.score(["left.txt", "strange.txt", "--json"]).expect(
      status: 65,
      error: "lstm-score: strange.txt: 'ñ' (U+00F1) at byte 6 is not in the model's vocabulary; "
        + "use --unknown charge (each costs ln V), or skip\n")

    let left = try folder.scores(["left.txt"]).total
    let skipped = try folder.scores(["--unknown", "skip", "strange.txt"]).total
    #expect(skipped.unknownCharacters == 3)
    #expect(skipped.nats == left.nats)
    #expect(skipped.characters == left.characters)
    #expect(skipped.bytes == left.bytes)

    // The vocabulary of the model has 13 characters.
    let charged = try folder.scores(["--unknown", "charge", "strange.txt"]).total
    #expect(charged.unknownCharacters == 3)
    #expect(abs(charged.nats - left.nats - 3 * log(13)) < 1e-9)
    #expect(charged.characters == left.characters + 3)
    #expect(charged.bytes == left.bytes + 8)

    let rows = try folder.rows(["--unknown", "charge", "--per-character", "strange.txt"])
    #expect(rows.count == charged.characters)
    #expect(rows.filter { $0[2] == "2.564949" }.map { $0[0] + $0[1] } == ["6ñ", "19日", "28日"])
    #expect(
      try folder.rows(["--unknown", "skip", "--per-character", "strange.txt"])
        == rows.filter { $0[2] != "2.564949" })
    let lines = try folder.rows(["--unknown", "skip", "--per-line", "strange.txt"])
    #expect(
      lines.map { [$0[0]] + $0[2...] } == [["0", "22", "2", "the señor and the 日 tide"], ["28", "0", "1", "日"]])
    #expect(lines[1][1] == "nan")
    let costs = try folder.rows(["--unknown", "charge", "--per-line", "strange.txt"])
    #expect(costs.map { $0[2] + " " + $0[3] } == ["24 0", "1 0"] && costs[1][1] == "2.564949")
  }

  @Test func noticesOfUnknownCharacters() throws {
    let folder = try makeFolder()
    try folder.write("tea\u{7}pot 日", to: "strange.txt")
    let place = "the first, U+0007, in strange.txt at byte 3"
    let cases = [
      ("skip", "left out 3 unknown characters, \(place)"),
      ("charge", "penalty of ln V = 2.5649 nats for each of 3 unknown characters, \(place)"),
    ]
    for (policy, notice) in cases {
      let outcome = try folder.score(["--unknown", policy, "strange.txt"])
      #expect(outcome.error == "lstm-score: notice: \(notice)\n")
      let rows = outcome.output.split(separator: "\n").map { $0.split(separator: " ") }
      #expect(rows.map { $0[5] } == ["unknown", "3"])
    }
  }

  /// A text without a known character that has a predecessor gets no loss, and is not an error.
  @Test(arguments: [[], ["--lines"]]) func nothingScored(options: [String]) throws {
    let folder = try WorkFolder()
    try folder.train(options)
    try folder.write(options.isEmpty ? "日s\n" : "日\n", to: "strange.txt")
    try folder.write("日本", to: "stranger.txt")
    let skip = ["--quiet", "--unknown", "skip"]
    let outcome = try folder.score(skip + ["stranger.txt", "text.txt"]).expectSuccess()
    let rows = outcome.output.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
    #expect(rows[1] == ["0", "nan", "nan", "nan", "nan", "2", "stranger.txt"])
    #expect(rows[3].dropLast() == rows[2].dropLast(2) + ["2"] && rows[2][1] != "nan")
    let json = try folder.score(skip + ["--json", "stranger.txt", "text.txt"]).expectSuccess().output
    let nothing = #""bits_per_byte":null,"bits_per_character":null,"bytes":0,"characters":0,"nats":null,"#
    #expect(json.contains(nothing + #""nats_per_character":null,"path":"stranger.txt","perplexity":null,"#))
    #expect(!json.contains("nan") && json.components(separatedBy: "null").count == 6)
    #expect(try folder.rows(["--unknown", "skip", "--per-line", "stranger.txt"]) == [["0", "nan", "0", "2", "日本"]])
    #expect(try folder.rows(["--unknown", "skip", "--per-character", "stranger.txt"]) == [])
    let charged = try folder.scores(["--unknown", "charge", "--adapt", "0.1", "stranger.txt"]).total
    #expect(charged.characters == 2 && abs(charged.natsPerCharacter - log(13)) < 1e-9)
    let lines = try folder.rows(["--unknown", "skip", "--per-line", "strange.txt"])
    #expect(lines.map { [$0[0]] + $0[2...] } == [options.isEmpty ? ["0", "1", "1", "日s"] : ["0", "0", "1", "日"]])
  }

  @Test func tooLittleText() throws {
    let folder = try makeFolder()
    try folder.write("", to: "empty.txt")
    try folder.write("a", to: "one.txt")
    try folder.write("ea", to: "two.txt")
    try folder.score(["empty.txt"]).expect(status: 65, error: "lstm-score: empty.txt: empty; give some text\n")
    let tooShort = "too short (1 character, and the first is not scored); give more text"
    try folder.score(["one.txt"]).expect(status: 65, error: "lstm-score: one.txt: \(tooShort)\n")
    try folder.score(["-"], input: "one.txt").expect(status: 65, error: "lstm-score: standard input: \(tooShort)\n")
    let two = try folder.scores(["two.txt"])
    #expect(two.total.characters == 1)
    #expect(two.total.nats > 0)
  }

  @Test func whatCannotBeOpened() throws {
    let folder = try makeFolder()
    try folder.makeFolder("folder")
    let cannotOpen = "cannot open (No such file or directory); check the path"
    try folder.score(["missing.txt"]).expect(status: 66, error: "lstm-score: missing.txt: \(cannotOpen)\n")
    try folder.score(["folder"]).expect(
      status: 66, error: "lstm-score: folder: is a directory; name the files in it\n")
    try folder.run(.score, ["missing.bin", "text.txt"]).expect(
      status: 66, error: "lstm-score: missing.bin: \(cannotOpen)\n")
    try folder.run(.score, ["text.txt", "text.txt"]).expect(
      status: 65,
      error: "lstm-score: text.txt: not a checkpoint (it does not begin with a safetensors header); "
        + "give a file that lstm-train wrote\n")
  }

  @Test func operands() throws {
    let folder = try makeFolder()
    for operands in [[], ["checkpoint.bin"], ["checkpoint.bin", ""], ["", "text.txt"]] {
      try folder.run(.score, operands).expect(
        status: 64,
        error: "lstm-score: give a checkpoint that lstm-train wrote and at least one text, or - for standard input\n")
    }
    try folder.score(["-", "-"]).expect(
      status: 64, error: "lstm-score: standard input can be read only once; give - once\n")
  }

  @Test func malformedUTF8() throws {
    let folder = try makeFolder()
    try folder.write(Data("the ".utf8) + [0xFF] + Data("sea".utf8), to: "bad.txt")
    try folder.write("the sea", to: "good.txt")
    try folder.score(["bad.txt"]).expect(
      status: 65,
      error: "lstm-score: bad.txt: not valid UTF-8 at byte 4; convert it: iconv -f WINDOWS-1252 -t UTF-8 bad.txt "
        + "> text.txt (or from GB18030, SHIFT_JIS, BIG5, EUC-KR, KOI8-R, ISO-8859-2 …)\n")
    let good = try folder.scores(["good.txt"]).total
    #expect(try folder.scores(["--invalid", "skip", "bad.txt"]).total.nats == good.nats)
    #expect(
      try folder.score(["--invalid", "skip", "bad.txt"]).error
        == "lstm-score: notice: skipped 1 malformed UTF-8 sequence, the first in bad.txt at byte 4\n")
    try folder.score(["--invalid", "replace", "bad.txt"]).expect(
      status: 65,
      error: "lstm-score: bad.txt: '\u{FFFD}' (U+FFFD) at byte 4 is not in the model's vocabulary; "
        + "use --unknown charge (each costs ln V), or skip\n")

    // `lstm-score` treats malformed UTF-8 as training did.
    try folder.write(Data(TinyTraining.text.utf8) + [0xFF] + Data(TinyTraining.text.utf8), to: "text.txt")
    #expect(try folder.train("--invalid", "replace").status == 0)
    #expect(try folder.scores(["bad.txt"]).total.characters == 7)
    #expect(try folder.rows(["--per-character", "bad.txt"]).map { $0[0] } == ["1", "2", "3", "4", "5", "6", "7"])
  }

  @Test func aModelOfBytesReadsAnything() throws {
    let folder = try WorkFolder()
    try folder.train("--unit", "byte")
    try folder.write("the sea", to: "good.txt")
    #expect(
      try folder.score(["--invalid", "skip", "good.txt"]).error
        == "lstm-score: notice: --invalid skip has no effect: it is for a model of characters or graphemes\n")
  }

  @Test func graphemesThatAreTooLong() throws {
    let folder = try makeFolder()
    #expect(try folder.train("--unit", "grapheme").status == 0)
    try folder.write("sea e" + String(repeating: "\u{301}", count: 40), to: "marks.txt")
    try folder.score(["--unknown", "skip", "marks.txt"]).expect(
      status: 65,
      error: "lstm-score: marks.txt: a grapheme longer than any that a model knows at byte 4; shorten it\n")
  }

  @Test func moreMemoryThanThereIs() throws {
    let folder = try makeFolder()
    let outcome = try folder.score(["--adapt", "0.1", "--adapt-length", "2000000000", "text.txt"])
    #expect(outcome.status == 64)
    let pattern = try Regex(
      "lstm-score: --adapt needs [0-9.]+ [GTPE]B of memory, and .+ are available; lower --adapt-length\n")
    #expect(outcome.error.wholeMatch(of: pattern) != nil, "\(outcome.error)")
  }
}
