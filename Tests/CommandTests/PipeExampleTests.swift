import Foundation
import Testing

/// Tests of the scripts in `Examples/` that use the tools in pipes and from other programs.
struct PipeExampleTests {
  private static let options = (TinyTraining.options + ["--quiet"]).joined(separator: " ")
  private static let languages = [
    "german": ["der wind und das meer", "die rosen am haus", "wir gehen heute nach hause", "das meer ist ruhig"],
    "french": ["le vent et la mer", "les roses de la maison", "nous allons rentrer ce soir", "la mer est calme"],
  ]

  private func run(_ example: String, in folder: WorkFolder) throws -> Outcome {
    try folder.bash("'\(PackageFolder.path)/Examples/'\(example)")
  }

  /// The text takes effect as if it were a file in UTF-8.
  @Test func trainingOnCompressedAndConvertedTexts() throws {
    let folder = try WorkFolder()
    let text = "Der Äther, ein Rätsel: größer als übermütige Füße.\n"
    try folder.write(String(repeating: text, count: 40), to: "text.txt")
    try folder.train().expectSuccess()
    let expected = try folder.bytes(of: "checkpoint.bin")
    _ = try folder.bash(
      """
      head -n 15 text.txt | gzip > first.gz; tail -n +16 text.txt > second.txt
      iconv -f UTF-8 -t ISO-8859-1 text.txt > latin.txt
      """
    ).expectSuccess()
    try run("train-from-pipe.sh first.gz second.txt -- \(Self.options) --overwrite", in: folder).expectSuccess()
    #expect(try folder.bytes(of: "checkpoint.bin") == expected)
    let converted = try folder.bash(
      "ENCODING=ISO-8859-1 '\(PackageFolder.path)/Examples/train-from-pipe.sh' latin.txt -- \(Self.options) --overwrite"
    )
    #expect(converted.status == 0)
    #expect(try folder.bytes(of: "checkpoint.bin") == expected)
    #expect(try run("train-from-pipe.sh", in: folder).status == 64)
  }

  @Test func tellingLanguagesApart() throws {
    let folder = try WorkFolder()
    for (name, lines) in Self.languages {
      try folder.write(String(repeating: lines.map { "\($0)\n" }.joined(), count: 10), to: "\(name).txt")
      try folder.train(
        ["--lines", "--epochs", "30", "--checkpoint", "\(name).bin", "--log", "\(name).csv"], texts: ["\(name).txt"]
      ).expectSuccess()
    }
    let mixed = Self.languages.flatMap { name, lines in lines.map { (name, $0) } }
    try folder.write(mixed.map { "\($0.1)\n" }.joined() + "\n", to: "mixed.txt")
    let outcome = try run("tell-languages-apart.sh german.bin french.bin mixed.txt", in: folder).expectSuccess()
    #expect(outcome.output == mixed.map { "\($0.0)\t\($0.1)\n" }.joined() + "-\t\n")
    #expect(try run("tell-languages-apart.sh german.bin", in: folder).status == 64)
  }

  /// Each strange line is printed while the log grows.
  @Test func strangeLinesOfALog() throws {
    let folder = try WorkFolder()
    try folder.train(["--lines", "--epochs", "20"]).expectSuccess()
    let outcome = try folder.bash(
      """
      touch new.log
      mkfifo log.fifo strange.fifo
      tail -n +1 -f new.log > log.fifo & tail=$!
      '\(PackageFolder.path)/Examples/strange-lines.sh' checkpoint.bin 2.5 < log.fifo > strange.fifo &
      exec 3< strange.fifo
      for word in Qzx Jkb; do
        { echo the sea and the rose; echo "$word-$word-$word!"; } >> new.log
        IFS= read -r -t 20 line <&3 || break
        printf '%s\\n' "$line"
      done
      kill -9 $tail
      wait
      """)
    let lines = outcome.output.split(separator: "\n").map { $0.split(separator: "\t") }
    #expect(lines.map(\.last) == ["Qzx-Qzx-Qzx!", "Jkb-Jkb-Jkb!"], "\(outcome.error)")
    #expect(lines.allSatisfy { Double($0[0]) ?? 0 > 2.5 })
  }

  @Test func requestsFromPython() throws {
    let folder = try WorkFolder()
    try folder.train().expectSuccess()
    try folder.write("the sea \nthe wind \n", to: "lines.txt")
    let outcome = try folder.bash(
      "if type python3; then '\(PackageFolder.path)/Examples/complete-lines.py' checkpoint.bin < lines.txt; fi")
    let lines = outcome.output.split(separator: "\n").dropFirst()
    guard outcome.output != "" else { return }
    #expect(outcome.status == 0 && lines.count == 2, "\(outcome.error)")
    #expect(zip(lines, ["the sea ", "the wind "]).allSatisfy { $0.hasPrefix($1) && $0.count > $1.count })
  }

  @Test func aLineCompletedInVim() throws {
    let folder = try WorkFolder()
    try folder.train(["--epochs", "20"]).expectSuccess()
    try folder.write("the sea\nthe wi\n", to: "notes.txt")
    let outcome = try folder.bash(
      """
      type vim || exit 0
      vim -es -u NONE -N -S '\(PackageFolder.path)/Examples/complete-line.vim' -c "let g:lstm_options='--temperature 0'" \
        -c CompleteLine -c wq notes.txt
      """)
    guard outcome.output != "" else { return }
    let lines = try folder.text(of: "notes.txt").split(separator: "\n", omittingEmptySubsequences: false)
    let answer = try folder.run(
      .sample, ["--temperature", "0", "--prime", "the wi", "--stop", "\n", "checkpoint.bin"]
    ).output
    #expect(lines.map(String.init) == ["the sea"] + answer.split(separator: "\n").map(String.init) + [""])
  }
}
