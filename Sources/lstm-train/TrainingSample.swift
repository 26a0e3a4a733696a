internal import RecurrentEngine

extension Trainer {
  /// Returns text at temperature 0.8. A separate random generator, seeded by run and step, leaves training unchanged.
  func sample(length: Int) -> String {
    let generator = TextGenerator(
      model, batchSize: 1, prompt: [startCharacter], options: SamplingOptions(temperature: 0.8),
      seed: configuration.initialization.seed &+ UInt64(progress.step), threadCount: threadCount)
    var characters: [Int32] = []
    var recordCount = 0
    for _ in 0..<length {
      characters += generator.advance()
      // Each record is a separate text, so the next one begins from the initial state.
      guard configuration.division.records != nil, characters.last == startCharacter else { continue }
      recordCount += 1
      generator.begin(firstText: recordCount)
    }
    return String(decoding: characters.flatMap(model.vocabulary.bytes(of:)), as: UTF8.self)
  }
}
