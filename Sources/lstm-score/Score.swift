internal import CommandLineSupport
internal import SystemCalls
internal import ToolSupport

/// The loss of a text. Without any scored character its means are NaN.
struct Score: Equatable, Sendable {
  /// Number of scored characters: all except the first and those that are skipped.
  var characters = 0
  /// Number of bytes of the scored characters.
  var bytes = 0
  var nats = 0.0
  /// Number of characters outside the vocabulary: skipped, penalized, or read as the unknown symbol.
  var unknownCharacters = 0

  var natsPerCharacter: Double { nats / Double(characters) }
  var bitsPerCharacter: Double { natsPerCharacter * bitsPerNat }
  var bitsPerByte: Double { nats * bitsPerNat / Double(bytes) }
  var perplexity: Double { Mathematics.exponential(natsPerCharacter) }

  static func + (a: Score, b: Score) -> Score {
    Score(
      characters: a.characters + b.characters, bytes: a.bytes + b.bytes, nats: a.nats + b.nats,
      unknownCharacters: a.unknownCharacters + b.unknownCharacters)
  }

  /// Returns the penalty for an unknown character: ln V, the loss under a uniform distribution over the vocabulary.
  static func natsOfUnknown(vocabularySize: Int) -> Double { Mathematics.logarithm(Double(vocabularySize)) }
}
