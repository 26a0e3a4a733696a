internal import Dispatch
package import RecurrentEngine

/// The time on a clock that does not run backwards.
package func secondsNow() -> Double { Double(DispatchTime.now().uptimeNanoseconds) * 1e-9 }

extension Trainer {
  /// Times three steps after a first one, which meets cold memory. The model learns from them.
  ///
  /// - Throws: `CorpusError` if the text cannot be read any more.
  package func measureSpeed() throws(CorpusError) -> (charactersPerSecond: Double, secondsPerStep: Double) {
    try advance()
    let start = secondsNow()
    var characters = 0
    for _ in 0..<3 { characters += try advance().countedCharacters }
    let seconds = max(secondsNow() - start, 1e-9)
    return (Double(characters) / seconds, seconds / 3)
  }
}
