internal import RecurrentEngine

extension Trainer {
  /// What the model writes now, in its most likely manner but one. It has random numbers of its own, from the seed and
  /// the step, so that training goes on as if it had not been asked.
  func sample(length: Int) -> String {
    let generator = TextGenerator(
      model, batchSize: 1, prompt: [startCharacter], options: SamplingOptions(temperature: 0.8),
      seed: configuration.initialization.seed &+ UInt64(progress.step), threadCount: threadCount)
    let characters = (0..<length).flatMap { _ in generator.advance() }
    return String(decoding: characters.flatMap(model.vocabulary.bytes(of:)), as: UTF8.self)
  }
}
