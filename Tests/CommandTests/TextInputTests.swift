import Foundation
import Testing

/// Tests of the texts that `lstm-train` accepts, and of its errors for the others.
struct TextInputTests {
  @Test func tooLittleText() throws {
    let folder = try WorkFolder()
    let texts: [(text: String, lines: [String])] = [
      ("", ["lstm-train: text.txt: empty; give some text"]),
      (
        "a",
        [
          "text: text.txt: 1 B, 1 character, vocabulary size 1",
          "lstm-train: text.txt: too short (1 character, 0 for training); give more text or a lower --val-fraction",
        ]
      ),
      (
        "ab",
        [
          "text: text.txt: 2 B, 2 characters, vocabulary size 2",
          "lstm-train: text.txt: too short (2 characters, 1 for training); give more text or a lower --val-fraction",
        ]
      ),
      (
        String(repeating: "a", count: 1200),
        [
          "text: text.txt: 1.2 kB, 1,200 characters, vocabulary size 1",
          "lstm-train: text.txt: nothing to learn (1,200 characters, all the same); give another text",
        ]
      ),
    ]
    for (text, lines) in texts {
      try folder.write(text, to: "text.txt")
      try folder.train().expect(status: 65, error: lines.map { $0 + "\n" }.joined())
      #expect(try folder.names() == ["text.txt"])
    }
  }

  @Test func aShortTextTrainsInFewerStreams() throws {
    let folder = try WorkFolder()
    try folder.write(String(repeating: "abcdefghij", count: 3), to: "text.txt")
    let outcome = try folder.train()
    #expect(outcome.status == 0)
    #expect(
      outcome.errorLines.contains(
        "lstm-train: notice: the text is short: training with --batch-size 1 --seq-length 16"))
    #expect(outcome.errorLines.contains { $0.hasSuffix("with batch size 1 and sequence length 16") })
    #expect(try folder.names() == TinyTraining.files)
  }

  @Test func malformedUTF8() throws {
    let folder = try WorkFolder()
    try folder.write("fine", to: "fine.txt")
    try folder.write(Data("abc\ndef".utf8) + [0xFF, 0xFE] + Data("ghi".utf8), to: "bad.txt")
    let encodings = "(or from GB18030, SHIFT_JIS, BIG5, EUC-KR, KOI8-R, ISO-8859-2 …)"
    for (texts, name, file) in [(["fine.txt", "bad.txt"], "bad.txt", "bad.txt"), (["-"], "standard input", "-")] {
      try folder.train(texts: texts, input: "bad.txt").expect(
        status: 65,
        error: "lstm-train: \(name): not valid UTF-8 at byte 7; convert it: iconv -f WINDOWS-1252 -t UTF-8 \(file) "
          + "| lstm-train - \(encodings), or use --unit byte\n")
    }
    #expect(try folder.train("--unit", "byte", texts: ["fine.txt", "bad.txt"]).status == 0)
  }

  @Test func malformedUTF8ReplacedOrSkipped() throws {
    let folder = try WorkFolder()
    let parts = [TinyTraining.text, TinyTraining.text].map { Data($0.utf8) }
    try folder.write(parts[0] + [0xFF, 0xE3, 0x81] + parts[1], to: "bad.txt")
    let cases = [
      (policy: "replace", mended: "\u{FFFD}\u{FFFD}", said: "put U+FFFD for"),
      (policy: "skip", mended: "", said: "skipped"),
    ]
    for (policy, mended, said) in cases {
      try folder.write(parts[0] + Data(mended.utf8) + parts[1], to: "good.txt")
      for unit in ["character", "grapheme"] {
        let options = ["--invalid", policy, "--unit", unit]
        let outcome = try folder.train(options + ["-o", "bad.bin"], texts: ["bad.txt"])
        #expect(outcome.status == 0)
        #expect(
          outcome.errorLines.contains(
            "lstm-train: notice: \(said) 2 malformed UTF-8 sequences, the first in bad.txt at byte 2160"))
        let mended = try folder.train(options + ["-o", "good.bin"], texts: ["good.txt"])
        #expect(!mended.error.contains("malformed"))
        #expect(try folder.bytes(of: "bad.bin") == folder.bytes(of: "good.bin"))
      }
    }
    let refused = try folder.train("--invalid", "error", texts: ["bad.txt"])
    #expect(refused.status == 65 && refused.error.contains("bad.txt: not valid UTF-8 at byte 2160; convert it: "))
    #expect(refused.error.hasSuffix(", or use --invalid replace or --invalid skip, or use --unit byte\n"))
    #expect(try folder.train("--invalid", "skip", "--unit", "byte", texts: ["bad.txt"]).error.contains("4,323 bytes"))
  }

  @Test func tooManyGraphemes() throws {
    let folder = try WorkFolder()
    // Ideographs and unassigned scalars.
    let scalars = (UInt32(0x2_0000)...0x3_0000).compactMap(Unicode.Scalar.init)
    try folder.write(String(String.UnicodeScalarView(scalars)), to: "text.txt")
    try folder.train("--unit", "grapheme").expect(
      status: 65,
      error: "lstm-train: the text has more than 65536 different graphemes; raise --max-vocabulary, "
        + "or use --unit character\n")
    let outcome = try folder.train("--dry-run", "--hidden", "1")
    #expect(outcome.status == 0)
    #expect(outcome.errorLines.first?.hasSuffix("65,537 characters, vocabulary size 65537") == true)
  }

  @Test func zerosAreCharacters() throws {
    let folder = try WorkFolder()
    try folder.write(String(repeating: "a\0b\0", count: 100), to: "text.txt")
    let outcome = try folder.train("--dry-run")
    #expect(outcome.errorLines.first?.hasSuffix("400 characters, vocabulary size 3") == true)
  }

  @Test func whatCannotBeOpened() throws {
    let folder = try WorkFolder()
    try folder.makeFolder("folder")
    try folder.write(TinyTraining.text, to: "text.txt")
    try folder.train(texts: ["text.txt", "folder"]).expect(
      status: 66, error: "lstm-train: folder: is a directory; name the files in it\n")
    try folder.train(texts: ["text.txt", "missing.txt"]).expect(
      status: 66,
      error: "lstm-train: missing.txt: cannot open (No such file or directory); check the path\n")
    #expect(try folder.names() == ["folder", "text.txt"])
  }

  @Test(.enabled(if: geteuid() != 0, "permissions do not bind root"))
  func unreadable() throws {
    let folder = try WorkFolder()
    try folder.write(TinyTraining.text, to: "secret.txt")
    try FileManager.default.setAttributes([.posixPermissions: 0], ofItemAtPath: folder.path(of: "secret.txt"))
    try folder.train(texts: ["secret.txt"]).expect(
      status: 66,
      error:
        "lstm-train: secret.txt: cannot open (Permission denied); check the permissions of the file and its folder\n"
    )
  }

  @Test func severalFilesAreOneTextInOrder() throws {
    let folder = try WorkFolder()
    let text = TinyTraining.text
    try folder.write(text, to: "text.txt")
    // Cuts within a word, so that an inserted line feed would be visible.
    try folder.write(String(text.prefix(700)), to: "1.txt")
    try folder.write(String(text.dropFirst(700)), to: "2.txt")
    #expect(try folder.train("-o", "whole.bin").status == 0)
    #expect(try folder.train("-o", "parts.bin", texts: ["1.txt", "2.txt"]).status == 0)
    #expect(try folder.train("-o", "turned.bin", texts: ["2.txt", "1.txt"]).status == 0)
    #expect(try folder.bytes(of: "parts.bin") == folder.bytes(of: "whole.bin"))
    #expect(try folder.bytes(of: "turned.bin") != folder.bytes(of: "whole.bin"))
  }

  @Test func standardInput() throws {
    let folder = try WorkFolder()
    try folder.train("-o", "file.bin")
    let outcome = try folder.train("-o", "input.bin", texts: ["-"], input: "text.txt")
    #expect(outcome.status == 0)
    #expect(outcome.errorLines.first?.hasPrefix("text: standard input: ") == true)
    #expect(try folder.bytes(of: "input.bin") == folder.bytes(of: "file.bin"))

    let options = TinyTraining.options.joined(separator: " ")
    let piped = try folder.shell(
      "cat text.txt | \"$0\" \(options) -o piped.bin -", .train)
    #expect(piped.status == 0)
    #expect(try folder.bytes(of: "piped.bin") == folder.bytes(of: "file.bin"))
    for (line, name) in [
      ("mkfifo pipe; cat text.txt > pipe & \"$0\" \(options) -o fifo.bin pipe", "fifo.bin"),
      ("cat text.txt | \"$0\" \(options) -o device.bin /dev/stdin", "device.bin"),
      ("\"$0\" \(options) -o redirected.bin /dev/stdin < text.txt", "redirected.bin"),
    ] {
      #expect(try folder.shell(line, .train).status == 0)
      #expect(try folder.bytes(of: name) == folder.bytes(of: "file.bin"))
    }

    try folder.train(texts: ["-"]).expect(status: 65, error: "lstm-train: standard input: empty; give some text\n")
    try folder.train(texts: ["-", "text.txt", "-"]).expect(
      status: 64, error: "lstm-train: standard input can be read only once; give - once\n")
  }

  /// The expected length and vocabulary size of each text with each unit.
  @Test func whatCountsAsACharacter() throws {
    let folder = try WorkFolder()
    let lines = String(repeating: "안녕 세계, 한글은 아름답다\n", count: 12)
    let family = "👨‍👩‍👧 e\u{301} 🇯🇵\n"
    let texts = [
      "CRLF": String(repeating: "one two\r\nthree\r\n", count: 20),
      "no final line feed": String(repeating: "one\ntwo\n", count: 20) + "three",
      "composed": lines.precomposedStringWithCanonicalMapping,
      "decomposed": lines.decomposedStringWithCanonicalMapping,
      "joined": String(repeating: family, count: 12),
    ]
    for (name, text) in texts {
      try folder.write(text, to: "text.txt")
      let units: [String: [[UInt8]]] = [
        "character": text.unicodeScalars.map { Array(String($0).utf8) },
        "byte": text.utf8.map { [$0] },
        "grapheme": text.map { Array(String($0).utf8) },
      ]
      for (unit, found) in units {
        let outcome = try folder.train("--dry-run", "--unit", unit)
        #expect(outcome.status == 0, "\(name) \(unit)")
        let count = found.count < 1000 ? "\(found.count)" : "\(found.count / 1000),\(String(found.count).suffix(3))"
        #expect(
          outcome.errorLines.first?.hasSuffix(", \(count) \(unit)s, vocabulary size \(Set(found).count)") == true,
          "\(name) \(outcome.error)")
      }
    }
    #expect(texts["composed"]?.utf8.count != texts["decomposed"]?.utf8.count)
  }
}
