import Foundation
import Testing

/// Tests of files that are not UTF-8 text, and of texts with several kinds of line endings.
struct ForeignTextTests {
  private static let german = String(repeating: "Der Bäcker trägt süße Brötchen über die Straße.\n", count: 50)
  private static let russian = String(repeating: "Пекарь несёт семь хлебов, 7 раз в день.\n", count: 50)
  private static let japanese = String(repeating: "先生は電車の中で本を読んでいました。\n", count: 50)

  @Test(arguments: [
    (String.Encoding.utf16LittleEndian, "UTF-16LE", "little"), (.utf16BigEndian, "UTF-16BE", "big"),
    (.utf32LittleEndian, "UTF-32LE", "little"), (.utf32BigEndian, "UTF-32BE", "big"),
  ])
  func wideEncodingsAreNamed(encoding: String.Encoding, name: String, order: String) throws {
    let folder = try WorkFolder()
    for text in [TinyTraining.text, Self.german, Self.russian, Self.japanese] {
      for mark in ["", "\u{FEFF}"] {
        try folder.write(try #require((mark + text).data(using: encoding)), to: "wide text.txt")
        try folder.train(texts: ["wide text.txt"]).expect(
          status: 65,
          error: "lstm-train: wide text.txt: looks like \(name.dropLast(2)), \(order)-endian; use "
            + "iconv -f \(name) -t UTF-8 'wide text.txt' | lstm-train -\n")
      }
    }
    // The command in the message converts the file.
    try folder.bash(
      "iconv -f \(name) -t UTF-8 'wide text.txt' | lstm-train \(TinyTraining.options.joined(separator: " ")) -q -"
    ).expectSuccess()
  }

  @Test func otherEncodingsAreSuggested() throws {
    let folder = try WorkFolder()
    let tail = Data(TinyTraining.text.utf8) + [0xE9, 0x0A]
    let texts: [(Data, isRare: Bool)] = [
      (try #require(Self.german.data(using: .isoLatin1)), false),
      (Data(Self.japanese.utf8.map { $0 ^ 0x40 }), false), (tail, true),
    ]
    for (bytes, isRare) in texts {
      try folder.write(bytes, to: "text.txt")
      let outcome = try folder.train()
      #expect(outcome.status == 65 && outcome.errorLines.count == 1)
      #expect(
        outcome.error.contains("convert it: iconv -f WINDOWS-1252 -t UTF-8 text.txt | lstm-train - (or from GB18030"))
      #expect(outcome.error.contains("--invalid") == isRare)
    }
  }

  /// The first bytes of files of other kinds.
  private static let otherFiles: [(bytes: [UInt8], what: String, command: String?)] = [
    ([0x1F, 0x8B, 8, 0], "is compressed by gzip", "zcat ./-text"),
    (Array("BZh91AY&SY".utf8) + [0xFF], "is compressed by bzip2", "bzcat ./-text"),
    ([0xFD] + Array("7zXZ".utf8) + [0], "is compressed by xz", "xzcat ./-text"),
    ([0x28, 0xB5, 0x2F, 0xFD, 0x24], "is compressed by zstd", "zstdcat ./-text"),
    (Array("PK\u{3}\u{4}".utf8) + [0xFF], "is a zip archive", "unzip -p ./-text"),
    (Array("%PDF-1.7\n".utf8), "is a PDF document", "pdftotext ./-text -"),
    ([0x89] + Array("PNG\r\n".utf8), "is an image", nil),
    (Array("PAR1".utf8), "is binary data", nil),
  ]

  @Test(arguments: otherFiles)
  func otherFilesAreNamed(bytes: [UInt8], what: String, command: String?) throws {
    let folder = try WorkFolder()
    try folder.write(Data(bytes + (0..<255)), to: "-text")
    let remedy = command.map { "use \($0) | lstm-train -" } ?? "give a text"
    try folder.train(texts: ["--", "-text"]).expect(status: 65, error: "lstm-train: -text: \(what); \(remedy)\n")
    let outcome = try folder.train("--unit", "byte", "--dry-run", texts: ["--", "-text"]).expectSuccess()
    let notice = "lstm-train: notice: -text: \(what) and is read as it is"
    #expect(outcome.errorLines.contains(notice + (command.map { "; for its text, use \($0) > text.txt" } ?? "")))
  }

  @Test func everyToolThatReadsATextNamesIt() throws {
    let folder = try WorkFolder()
    try folder.train().expectSuccess()
    try folder.write(Data([0x1F, 0x8B, 8, 0]), to: "a.gz")
    for (tool, arguments, command) in [
      (BuiltTool.score, ["checkpoint.bin", "a.gz"], "| lstm-score checkpoint.bin -"),
      (.inspect, ["--activations", "a.gz", "checkpoint.bin"], "> text.txt"),
      (.sample, ["--prime-file", "a.gz", "checkpoint.bin"], "> text.txt"),
      (.study, ["learning-rate", "a.gz"], "> text.txt"),
    ] {
      let outcome = try folder.run(tool, arguments)
      #expect(outcome.status == 65)
      #expect(outcome.error.hasSuffix(": a.gz: is compressed by gzip; use zcat a.gz \(command)\n"), "\(outcome.error)")
    }
    try folder.train("-o", "checkpoint.bin", texts: ["checkpoint.bin"]).expect(
      status: 64, error: "lstm-train: --checkpoint would overwrite the text checkpoint.bin; choose another path\n")
    try folder.train("-o", "other.bin", texts: ["checkpoint.bin"]).expect(
      status: 65, error: "lstm-train: checkpoint.bin: is a checkpoint; give a text\n")
  }

  @Test(arguments: [
    ("one\ntwo\r\nthree\rfour\n", "2 LF, 1 CR LF, 1 CR", "3 LF, 1 CR"),
    ("one\r\ntwo\r\nthree\n", "1 LF, 2 CR LF", nil),
    ("one\r\ntwo\r\n", nil, nil), ("one\rtwo\r", nil, nil), ("one\ntwo\n", nil, nil),
  ])
  func mixedLineEndings(text: String, counts: String?, countsOfLines: String?) throws {
    let folder = try WorkFolder()
    try folder.write(text, to: "text.txt")
    let units = [["--unit", "character"], ["--unit", "byte"], ["--unit", "grapheme"]]
    for (options, counts) in units.map({ ($0, counts) }) + [(["--lines"], text == "one\rtwo\r" ? nil : countsOfLines)] {
      let outcome = try folder.train(["--dry-run"] + options)
      let notices = outcome.errorLines.filter { $0.contains("line endings") }
      #expect(
        notices
          == (counts.map {
            ["lstm-train: notice: line endings are mixed: \($0); dos2unix and mac2unix make them alike"]
          }
            ?? []),
        "\(options)")
    }
  }
}
