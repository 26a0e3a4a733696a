internal import RecurrentEngine

extension Trainer {
  /// Returns text that the model generates now, at the temperature 0.8. Its random numbers are its own, from the seed
  /// and the step, so that it does not change training.
  func sample(length: Int) -> String {
    let generator = TextGenerator(
      model, batchSize: 1, prompt: [startCharacter], options: SamplingOptions(temperature: 0.8),
      seed: configuration.initialization.seed &+ UInt64(progress.step), threadCount: threadCount)
    var characters: [Int32] = []
    var lineCount = 0
    for _ in 0..<length {
      characters += generator.advance()
      // A line is a text of its own, and so is the next.
      guard configuration.division.readsLines, characters.last == startCharacter else { continue }
      lineCount += 1
      generator.begin(firstText: lineCount)
    }
    return String(decoding: characters.flatMap(model.vocabulary.bytes(of:)), as: UTF8.self)
  }
}
