package import RecurrentEngine

extension Trainer {
  /// Measures the speed of three training steps, after a first one that warms up the memory. All four update the model.
  ///
  /// - Throws: `CorpusError` if the text can no longer be read.
  package func measureSpeed() throws(CorpusError) -> (charactersPerSecond: Double, secondsPerStep: Double) {
    try advance()
    let start = secondsNow()
    var characters = 0
    for _ in 0..<3 { characters += try advance().countedCharacters }
    let seconds = max(secondsNow() - start, 1e-9)
    return (Double(characters) / seconds, seconds / 3)
  }
}
