import Foundation
import Testing

/// Tests of texts in many files, of redirected texts, and of texts that change.
struct TextFileTests {
  private static let options = TinyTraining.options.joined(separator: " ")

  /// Writes the text in parts of 36 characters, and returns their names.
  private func writeParts(in folder: WorkFolder) throws -> [String] {
    let text = Array(TinyTraining.text)
    return try stride(from: 0, to: text.count, by: 36).enumerated().map { index, start in
      let name = "part\(100 + index).txt"
      try folder.write(String(text[start..<min(start + 36, text.count)]), to: name)
      return name
    }
  }

  @Test(arguments: [32, 64])
  func moreFilesThanDescriptors(limit: Int) throws {
    let folder = try WorkFolder()
    let parts = try writeParts(in: folder)
    #expect(parts.count == 60)
    try folder.train("-o", "whole.bin").expectSuccess()
    let limited = "ulimit -n \(limit); exec \"$0\" \(Self.options)"
    try folder.shell("\(limited) -o parts.bin --json-log run.jsonl --plot loss.svg part*.txt", .train).expectSuccess()
    #expect(try folder.bytes(of: "parts.bin") == folder.bytes(of: "whole.bin"))
    try folder.shell("ulimit -n \(limit); exec \"$0\" whole.bin part*.txt", .score).expectSuccess()
    let study = try folder.shell(
      "ulimit -n \(limit); exec \"$0\" overfit --hidden 4 --layers 1 --steps 1 part*.txt", .study)
    #expect(study.status == 76 && study.error.contains("not overfitted"))
  }

  /// Runs a command while a run waits, after its first model is saved.
  ///
  /// - Parameters:
  ///   - limit: The number of descriptors that training may have.
  ///   - length: The options for the length of the run.
  private func outcome(
    of folder: WorkFolder, changing change: String, limit: Int = 1024, length: String = "--epochs 300",
    training texts: String
  ) throws -> Outcome {
    // The loss curve has more rows than a pipe holds, so training waits for the change on any machine.
    try folder.shell(
      """
      mkfifo loss.csv
      (while [ ! -e changed ]; do sleep 0.01; done; exec cat) < loss.csv > /dev/null &
      (ulimit -n \(limit); exec "$0" \(Self.options) \(length) -q \(texts)) & training=$!
      while [ ! -s checkpoint.bin ] && kill -0 $training; do sleep 0.01; done
      \(change)
      touch changed
      wait $training
      """, .train)
  }

  private func message(of file: String) -> String {
    "lstm-train: \(file): changed after it was first read; leave a text alone while it is in use\n"
  }

  @Test(arguments: [
    ("rm part100.txt", nil), ("rm part159.txt", "part159.txt"),
    ("cp part159.txt new; mv new part159.txt", nil),
    ("tr a-y b-z < part159.txt > new; mv new part159.txt", "part159.txt"),
    ("rm part159.txt; mkfifo part159.txt", "part159.txt"),
  ])
  func filesThatAreOpenedAgain(change: String, changed: String?) throws {
    let folder = try WorkFolder()
    _ = try writeParts(in: folder)
    let outcome = try outcome(of: folder, changing: change, limit: 40, training: "part*.txt")
    #expect(outcome.status == (changed == nil ? 0 : 74), "\(outcome.error)")
    #expect(
      outcome.error.hasPrefix(changed.map { "lstm-train: \($0): " } ?? "") && !outcome.error.isEmpty == (changed != nil)
    )
    #expect(try folder.run(.sample, ["--length", "5", "--seed", "1", "checkpoint.bin"]).status == 0)
  }

  /// Changes to the file once there is a model, and whether they change the text.
  @Test(arguments: [
    ("printf x >> text.txt", true),
    (": > text.txt", true),
    ("printf z | dd of=text.txt conv=notrunc status=none", true),
    ("cp -p text.txt old; rev old | dd of=text.txt conv=notrunc status=none; touch -r old text.txt", true),
    ("touch text.txt; chmod 600 text.txt", false),
    ("rm text.txt", false),
    ("mv text.txt gone.txt; printf other > text.txt", false),
  ])
  func aTextThatChangesDuringTraining(change: String, isOther: Bool) throws {
    let folder = try WorkFolder()
    try folder.write(TinyTraining.text, to: "text.txt")
    try outcome(of: folder, changing: change, training: "text.txt").expect(
      status: isOther ? 74 : 0, error: isOther ? message(of: "text.txt") : "")
    #expect(try folder.run(.sample, ["--length", "5", "--seed", "1", "checkpoint.bin"]).status == 0)
  }

  /// Each comparison with the scanned text takes longer than the time from one touch to the next.
  @Test func aTextThatIsTouchedWhileItIsCompared() throws {
    let folder = try WorkFolder()
    try folder.write(String(repeating: TinyTraining.text, count: 5000), to: "text.txt")
    try outcome(
      of: folder, changing: "(for i in 1 2 3 4 5 6 7 8 9; do touch text.txt; done) &",
      length: "--steps 3000 --log-every 1 --val-fraction 0.001 --val-every 500", training: "text.txt"
    ).expectSuccess()
  }

  @Test func linesThatChangeDuringTraining() throws {
    let folder = try WorkFolder()
    try folder.write(TinyTraining.text, to: "text.txt")
    try outcome(
      of: folder, changing: "rev text.txt > new; dd if=new of=text.txt conv=notrunc status=none",
      training: "--lines text.txt"
    ).expect(status: 74, error: message(of: "text.txt"))
  }

  @Test func aRedirectedFileIsNotHeldInMemory() throws {
    let folder = try WorkFolder()
    try folder.write(TinyTraining.text, to: "text.txt")
    try outcome(of: folder, changing: "tr a-y b-z < text.txt > new; cat new > text.txt", training: "- < text.txt")
      .expect(status: 74, error: message(of: "standard input"))
  }

  @Test func aRedirectedFileThatWasReadBefore() throws {
    let folder = try WorkFolder()
    try folder.train("-o", "text.bin").expectSuccess()
    try folder.write("a line before\n" + TinyTraining.text, to: "more.txt")
    let outcome = try folder.shell(
      "{ read line; \"$0\" \(Self.options) -q -o rest.bin -; echo \"$line\"; cat; } < more.txt", .train)
    outcome.expect(status: 0, output: "a line before\n", error: "")
    #expect(try folder.bytes(of: "rest.bin") == folder.bytes(of: "text.bin"))
    let atEnd = try folder.shell("{ cat > /dev/null; \"$0\" -; } < more.txt", .train)
    atEnd.expect(status: 65, error: "lstm-train: standard input: empty; give some text\n")
  }
}
