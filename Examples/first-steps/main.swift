import Foundation
import RecurrentEngine

do {
  // Train on the first nine tenths of the text, and validate on the last tenth.
  let corpus = try Corpus(sources: CommandLine.arguments.dropFirst().map(TextSource.file))
  let configuration = TrainingConfiguration(cell: .gru(), hiddenSize: 64)
  let trainer = try Trainer(corpus: corpus, configuration: configuration)
  while trainer.epoch < 5 {
    for _ in 0..<trainer.stepsPerEpoch { try trainer.advance() }
    if let loss = try trainer.validate() { print("epoch \(Int(trainer.epoch)): \(loss) nats per character") }
  }

  // Save the best model, and the training state for resuming.
  try trainer.selectedCheckpoint().write(to: "checkpoint.bin")
  try trainer.save(to: "checkpoint.last.bin")

  // Sample 200 characters after a start character.
  let model = try Checkpoint(path: "checkpoint.bin").model
  let sampler = Sampler(model, options: SamplingOptions(temperature: 0.7))
  var random = RandomGenerator(seed: 1)
  sampler.read(corpus.startCharacter)
  print(model.vocabulary.text(of: (0..<200).map { _ in sampler.advance(using: &random) }))

  // Score another text, without the characters that the model does not know.
  let other = try Corpus(
    sources: [.text("The rain has stopped.")], vocabulary: model.vocabulary, leavesOutUnknown: true)
  if let loss = try model.loss(on: other) { print("the other text: \(loss) nats per character") }

  // Resume, with the same results as an uninterrupted run.
  let resumed = try Trainer(resuming: SavedRun(path: "checkpoint.last.bin"), corpus: corpus)
  print("resuming with step \(resumed.progress.step + 1): \(try resumed.advance().lossSum) nats")
} catch {
  FileHandle.standardError.write(Data("first-steps: \(error)\n".utf8))
  exit(65)
}
