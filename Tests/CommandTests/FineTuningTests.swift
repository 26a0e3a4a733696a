import RecurrentEngine
import Testing

/// Tests of runs that start from the weights of another model.
struct FineTuningTests {
  @Test func aNewRunFromAModel() throws {
    let folder = try WorkFolder()
    try folder.train("--cell", "gru", "--hidden", "11").expectSuccess()
    try folder.write(
      TinyTraining.text.replacing("rose", with: "lily").replacing("wind", with: "fog!"), to: "other.txt")
    let lines = try folder.run(
      .train,
      ["--init-from", "checkpoint.bin", "--vocabulary", "corpus", "-o", "new.bin", "--stop-after", "1", "other.txt"]
    ).expectSuccess().errorLines
    #expect(lines.contains("5 characters new, with random weights: '!' 'f' 'g' 'l' 'y'"))
    #expect(lines.contains("2 characters of the old model dropped, not in this text: 'r' 'w'"))
    #expect(lines.contains { $0.hasPrefix("model: gruResetBefore") || $0.contains("11 units") })
    try folder.run(.train, ["--init-from", "checkpoint.bin", "--embedding", "5", "other.txt"]).expect(
      status: 64,
      error: "lstm-train: --embedding 5 contradicts checkpoint.bin, which has --embedding 0; leave the option out\n")
    try folder.run(.train, ["--init-from", "checkpoint.bin", "--hidden", "12", "other.txt"]).expect(
      status: 64,
      error: "lstm-train: --hidden 12 contradicts checkpoint.bin, which has --hidden 11; leave the option out\n")
  }

  @Test func aNewRunTakesTheShapeOfItsModel() throws {
    let folder = try WorkFolder()
    try folder.train(
      "--embedding", "8", "--tie", "--layer-norm", "--epochs", "1", "--layers", "2", "--connection", "leaky", "--leak",
      "0.25"
    ).expectSuccess()
    let arguments = [
      "--init-from", "checkpoint.bin", "-o", "new.bin", "--log", "new.csv", "--stop-after", "1", "text.txt",
    ]
    let lines = try folder.run(.train, arguments).expectSuccess().errorLines
    let extras = ", embeddings of 8, tied to the output, layer normalization, leaky connections of 0.25, "
    #expect(lines.contains { $0.contains(extras) })
    let training = try Checkpoint(path: folder.path(of: "new.bin")).training
    #expect(training.embedding == Embedding(size: 8, isTied: true))
    #expect(training.normalization == .layer)
    #expect(training.connection == .leaky(0.25))
  }
}
