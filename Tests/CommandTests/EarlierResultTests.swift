import Foundation
import Testing

/// Tests of a new run in a folder with earlier results.
struct EarlierResultTests {
  private func notice(_ path: String) -> String {
    "lstm-train: notice: moved an earlier result to \(path); --overwrite replaces it"
  }

  @Test func earlierResultsAreRenamed() throws {
    let folder = try WorkFolder()
    var results: [[Data]] = []
    for seed in 1...3 {
      let lines = try folder.train("--seed", String(seed)).expectSuccess().errorLines
      results.append(try TinyTraining.files.prefix(3).map(folder.bytes))
      let notices = lines.filter { $0.contains("an earlier result") }
      let number = seed - 1
      #expect(
        notices == (seed == 1 ? [] : ["loss.previous-\(number).csv", "checkpoint.previous-\(number).bin"].map(notice)))
    }
    for number in 1...2 {
      let names = ["checkpoint", "checkpoint", "loss"].enumerated().map { index, name in
        "\(name).previous-\(number)" + [".bin", ".last.bin", ".csv"][index]
      }
      #expect(try names.map(folder.bytes) == results[number - 1])
    }
    #expect(try folder.names().count == 10)
    // The first run can be resumed from its renamed files.
    try folder.run(.train, ["--resume", "checkpoint.previous-1.last.bin", "--epochs", "4", "text.txt"])
      .expectSuccess()
    #expect(try folder.names().count == 10)
    #expect(try TinyTraining.files.prefix(3).map(folder.bytes) == results[2])
    let curve = try LossCurveFile(folder.text(of: "loss.previous-1.csv"))
    curve.expectWellFormed()
    #expect(curve.rows.last?["epoch"] == "4.0000")
  }

  @Test func nothingIsMovedBeforeThereIsSomethingInItsPlace() throws {
    let folder = try WorkFolder()
    try folder.train().expectSuccess()
    let before = try TinyTraining.files.prefix(3).map(folder.bytes)
    try folder.write("", to: "empty.txt")
    #expect(try folder.train(texts: ["empty.txt"]).status == 65)
    #expect(try folder.train("--learning-rate", "1e300").status == 76)
    #expect(try TinyTraining.files.prefix(2).map(folder.bytes) == Array(before.prefix(2)))
    #expect(try folder.bytes(of: "loss.previous-1.csv") == before[2])
  }

  @Test func theLossCurveOfAnotherRunStays() throws {
    let folder = try WorkFolder()
    try folder.train("--stop-after", "40", "-o", "a.bin").expectSuccess()
    try folder.train("--seed", "2", "-o", "b.bin").expectSuccess()
    let other = try folder.bytes(of: "loss.csv")
    let lines = try folder.run(.train, ["--resume", "a.last.bin", "text.txt"]).expectSuccess().errorLines
    #expect(lines.contains(notice("loss.previous-2.csv")))
    #expect(try folder.bytes(of: "loss.previous-2.csv") == other)
    #expect(try LossCurveFile(folder.text(of: "loss.csv")).rows.first?["step"] == "45")
    // The same for a file that is not a loss curve.
    try folder.write("step,notes\n1,mine\n", to: "loss.csv")
    try folder.run(.train, ["--resume", "a.last.bin", "--epochs", "4", "text.txt"]).expectSuccess()
    #expect(try folder.text(of: "loss.previous-3.csv") == "step,notes\n1,mine\n")
  }

  @Test func aStateUnderAnotherNameStays() throws {
    let folder = try WorkFolder()
    try folder.train("--stop-after", "10").expectSuccess()
    let state = try folder.bytes(of: "checkpoint.last.bin")
    try folder.write(state, to: "backup.bin")
    try folder.run(.train, ["--resume", "backup.bin", "text.txt"]).expectSuccess()
    #expect(try folder.bytes(of: "backup.previous-1.bin") == state)
    #expect(try folder.bytes(of: "checkpoint.last.bin") == state)
  }

  @Test func anyNameWillDo() throws {
    let (whole, folder) = (try WorkFolder(), try WorkFolder())
    try whole.train("-o", "model").expectSuccess()
    for _ in 0..<4 { try folder.train("-o", "model", "--continue", "--stop-after", "31").expectSuccess() }
    #expect(try folder.names() == ["loss.csv", "model", "model.last.bin", "text.txt"])
    #expect(try folder.bytes(of: "model.last.bin") == whole.bytes(of: "model.last.bin"))
  }

  @Test func numberedCheckpoints() throws {
    let folder = try WorkFolder()
    try folder.train("--keep", "2", "--checkpoint-every", "10", "--val-every", "1000").expectSuccess()
    #expect(
      try folder.names().filter { $0.contains("step-") } == ["checkpoint.step-90.bin", "checkpoint.step-93.bin"])
    let end = try folder.bytes(of: "checkpoint.last.bin")
    #expect(try folder.bytes(of: "checkpoint.step-93.bin") == end)
    // Resumes an earlier step and reaches the same end; later checkpoints stay until the run reaches their steps.
    try folder.run(
      .train, ["--resume", "checkpoint.step-90.bin", "--keep", "1", "--stop-after", "1", "text.txt"]
    ).expectSuccess()
    #expect(
      try folder.names().filter { $0.contains("step-") } == ["checkpoint.step-91.bin", "checkpoint.step-93.bin"])
    try folder.train("--continue", "--val-every", "1000").expectSuccess()
    #expect(try folder.bytes(of: "checkpoint.last.bin") == end)
    try folder.train("--seed", "2").expectSuccess()
    #expect(
      try folder.names().filter { $0.contains("step-") } == [
        "checkpoint.previous-1.step-91.bin", "checkpoint.previous-1.step-93.bin",
      ])
  }
}
