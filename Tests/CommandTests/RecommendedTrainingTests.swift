import Foundation
import RecurrentEngine
import Testing

/// Tests of the settings of `lstm-train` in a program that uses only the library.
struct RecommendedTrainingTests {
  @Test(arguments: [([], 1_000), (["--lines"], 800), (["--cell", "gru", "--hidden", "8", "--steps", "70"], 3_000)])
  func aGuestTrainsTheModelOfTheTool(options: [String], length: Int) throws {
    let folder = try WorkFolder()
    let text = String(TinyTraining.text.prefix(length))
    try folder.run(.train, options + ["text.txt"], writing: text).expectSuccess()

    var base = TrainingConfiguration()
    var kept: Set<TrainingSetting> = []
    var budget = TrainingBudget()
    if options.contains("--lines") { base.division.records = .newline }
    if options.contains("--hidden") {
      (base.cell, base.hiddenSize, kept, budget) = (.gru(), 8, [.hiddenSize], TrainingBudget(steps: 70))
    }
    // The training of the program.
    let corpus = try Corpus(
      sources: [.file(folder.path(of: "text.txt"))], records: base.division.records)
    let recommended = try TrainingConfiguration.recommended(for: corpus, from: base, keeping: kept, budget: budget)
    let trainer = try Trainer(corpus: corpus, configuration: recommended.configuration)
    try trainer.train(within: recommended.budget)
    // Only the tool stores its options.
    let arguments = try Checkpoint(path: folder.path(of: "checkpoint.bin")).arguments
    try trainer.selectedCheckpoint(arguments: arguments).write(to: folder.path(of: "guest.bin"))

    #expect(try folder.bytes(of: "guest.bin") == folder.bytes(of: "checkpoint.bin"))
  }
}
