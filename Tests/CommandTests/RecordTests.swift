import Foundation
import Testing

/// Tests of the event log, the samples and the drawing of a run.
struct RecordTests {
  /// Returns the events of a log, each an object.
  private func events(_ folder: WorkFolder, _ name: String = "run.jsonl") throws -> [[String: Any]] {
    try folder.text(of: name).split(separator: "\n").map { line in
      try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
    }
  }

  @Test func everyEventIsALineOfJSON() throws {
    let folder = try WorkFolder()
    try folder.train("--json-log", "run.jsonl", "--sample-every", "40", "--sample-length", "30").expectSuccess()
    let events = try events(folder)
    let names = events.compactMap { $0["event"] as? String }
    #expect(names.first == "start" && names.last == "end")
    #expect(Set(names) == ["start", "train", "validation", "sample", "saved", "end"])
    #expect(events.first?["cell"] as? String == "lstm" && events.first?["resumed"] as? Bool == false)
    #expect((events.first?["arguments"] as? [String])?.contains("--hidden") == true)
    let times = events.compactMap { $0["time"] as? Double }
    #expect(times.count == events.count && zip(times, times.dropFirst()).allSatisfy { $0 <= $1 })

    // The same values as in the loss curve.
    let curve = try LossCurveFile(folder.text(of: "loss.csv"))
    let rows = events.filter { ["train", "validation"].contains($0["event"] as? String) }
    #expect(rows.count == curve.rows.count)
    for (event, row) in zip(rows, curve.rows) {
      #expect((event["step"] as? Int).map(String.init) == row["step"])
      for (key, column) in [("train_loss", "train_loss"), ("val_loss", "val_loss")] {
        let loss = (event[key] as? Double).map { String(format: "%.6f", $0) } ?? ""
        #expect(loss == row[column])
      }
      #expect((event["best"] as? Bool) == (row["event"] == "best"))
    }
    let best = curve.rows.last { $0["event"] == "best" }
    #expect((events.last?["best_step"] as? Int).map(String.init) == best?["step"])
    #expect(events.last?["finished"] as? Bool == true)
  }

  @Test func theLogTellsOfAllPiecesOfARun() throws {
    let folder = try WorkFolder()
    try folder.train("--json-log", "run.jsonl", "--stop-after", "30").expectSuccess()
    let first = try events(folder)
    #expect(first.last?["finished"] as? Bool == false && first.last?["step"] as? Int == 30)
    try folder.run(.train, ["--resume", "checkpoint.last.bin", "--json-log", "run.jsonl", "text.txt"]).expectSuccess()
    let all = try events(folder)
    let starts = all.filter { $0["event"] as? String == "start" }
    #expect(starts.compactMap { $0["step"] as? Int } == [0, 30])
    #expect(starts.compactMap { $0["resumed"] as? Bool } == [false, true])
    #expect(NSArray(array: Array(all.prefix(first.count))) == NSArray(array: first))
    #expect(all.last?["finished"] as? Bool == true)
  }

  @Test func aLogThatCannotBeWritten() throws {
    let folder = try WorkFolder()
    let full = try folder.train("--json-log", "/dev/full")
    #expect(full.status == 74)
    let warnings = full.errorLines.filter { $0.contains("warning") }
    #expect(
      warnings == [
        "lstm-train: warning: /dev/full: cannot write (No space left on device); free space on its disk, or choose "
          + "another "
          + "path; training continues, and saving an event in its log is retried"
      ])
    #expect(try folder.names() == TinyTraining.files)
    let nowhere = try folder.train("--json-log", "nowhere/run.jsonl", "--overwrite")
    #expect(nowhere.status == 73)
    #expect(nowhere.errorLines.last?.hasPrefix("lstm-train: nowhere/run.jsonl: cannot create (") == true)
    try folder.train("--json-log", "loss.csv").expect(
      status: 64,
      error: "lstm-train: --log and --json-log are the same file; choose another path for one of them\n")
  }

  /// Sampling uses separate random numbers, so it does not change training.
  @Test func samplesChangeNothing() throws {
    let plain = try WorkFolder()
    try plain.train().expectSuccess()
    let sampled = try WorkFolder()
    let outcome = try sampled.train("--sample-every", "20", "--sample-length", "24").expectSuccess()
    for file in ["checkpoint.bin", "checkpoint.last.bin"] {
      #expect(try plain.bytes(of: file) == sampled.bytes(of: file), "\(file)")
    }
    let lines = outcome.errorLines
    let heads = lines.indices.filter { lines[$0].hasPrefix("sample after step ") }
    #expect(heads.map { lines[$0] } == (1...heads.count).map { "sample after step \($0 * 20):" })
    #expect(heads.count >= 4)
    let texts = heads.map { head in lines[(head + 1)...].prefix { $0.hasPrefix("  | ") }.map { $0.dropFirst(4) } }
    for text in texts { #expect(text.joined(separator: "\n").count == 24) }
    #expect(Set(texts).count == texts.count)
    // Another run writes the same samples.
    #expect(
      try sampled.train("--sample-every", "20", "--sample-length", "24", "--overwrite").errorLines.filter {
        $0.hasPrefix("  | ")
      } == lines.filter { $0.hasPrefix("  | ") })
  }

  /// A text whose characters, except for line feeds, have two bytes each in UTF-8.
  @Test func bitsPerByte() throws {
    let folder = try WorkFolder()
    let text = TinyTraining.text.map {
      $0 == "\n" ? "\n" : String(UnicodeScalar(0x400 + UInt32($0.asciiValue ?? 0)) ?? "?")
    }.joined()
    try folder.write(text, to: "text.txt")
    let outcome = try folder.train().expectSuccess()
    let line = try #require(outcome.errorLines.first { $0.hasPrefix("best validation loss: ") })
    let match = try #require(line.firstMatch(of: /([\d.]+) bits per character, ([\d.]+) bits per byte of UTF-8/))
    let perCharacter = try #require(Double(match.1))
    let perByte = try #require(Double(match.2))
    let heldOut = text.suffix(216).dropFirst()
    let bytes = Double(heldOut.utf8.count) / Double(heldOut.unicodeScalars.count)
    #expect(bytes > 1.9)
    #expect(abs(perCharacter / perByte - bytes) < 0.001)
    #expect(try folder.train("--unit", "byte", "--overwrite").error.contains(" bits per byte, at step "))
  }

  @Test func trainingDrawsItsOwnCurve() throws {
    let folder = try WorkFolder()
    try folder.train("--plot", "loss.svg", "--log", "run.csv").expectSuccess()
    let drawing = try folder.bytes(of: "loss.svg")
    #expect(try folder.run(.inspect, ["--curve", "run.csv"]).outputBytes == drawing)
    try folder.train("--plot", "text.txt").expect(
      status: 64, error: "lstm-train: --plot would overwrite the text text.txt; choose another path\n")
    try folder.train("--plot", "./run.csv", "--log", "run.csv").expect(
      status: 64, error: "lstm-train: --log and --plot are the same file; choose another path for one of them\n")
    let outcome = try folder.train("--plot", "nowhere/loss.svg")
    #expect(outcome.status == 73)
    #expect(outcome.error.hasPrefix("lstm-train: nowhere/loss.svg: cannot create ("))
  }

  @Test func aRunInPiecesDrawsAllOfThem() throws {
    let folder = try WorkFolder()
    try folder.train("--stop-after", "35", "--plot", "first.svg").expectSuccess()
    try folder.run(.train, ["--resume", "checkpoint.last.bin", "--plot", "loss.svg", "text.txt"]).expectSuccess()
    #expect(try folder.run(.inspect, ["--curve", "loss.csv"]).outputBytes == folder.bytes(of: "loss.svg"))
  }
}
