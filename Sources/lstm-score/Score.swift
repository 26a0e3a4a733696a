internal import CommandLineSupport
internal import SystemCalls
internal import ToolSupport

/// What a text costs.
struct Score: Equatable, Sendable {
  /// Characters that are scored: all but the first, and without those that are skipped.
  var characters = 0
  /// Their bytes.
  var bytes = 0
  var nats = 0.0
  /// Characters that the model does not know, skipped or charged for.
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

  /// What an unknown character is charged: what a character costs where all of the vocabulary are equally likely.
  static func natsOfUnknown(vocabularySize: Int) -> Double { Mathematics.logarithm(Double(vocabularySize)) }
}
