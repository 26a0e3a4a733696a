internal import CommandLineSupport
internal import ToolSupport

#if canImport(FoundationEssentials)
internal import FoundationEssentials
#else
internal import Foundation
#endif

/// Scores of all texts on standard output: a table that is written row by row, or JSON at the end.
struct ScoreReport {
  private let isJSON: Bool
  private let showsUnknown: Bool
  private var scores: [(file: String, score: Score)] = []

  init(_ options: ScoreOptions) {
    isJSON = options.isJSON
    showsUnknown = options.unknown != .error
  }

  private var total: Score { scores.reduce(Score()) { $0 + $1.score } }

  /// - Throws: `OutputError`
  mutating func add(_ score: Score, of file: String) throws {
    if !isJSON {
      if scores.isEmpty {
        try write(
          ["characters", "nats/char", "bits/char", "bits/byte", "perplexity"] + (showsUnknown ? ["unknown"] : []),
          name: "text")
      }
      try write(score, name: names(of: [file]))
    }
    scores.append((file, score))
  }

  /// - Throws: `OutputError`
  func finish() throws {
    if isJSON {
      try OutputDescriptor.standardOutput.write(json + "\n")
    } else if scores.count > 1 {
      try write(total, name: "total")
    }
  }

  private func write(_ score: Score, name: String) throws {
    let figures = [score.natsPerCharacter, score.bitsPerCharacter, score.bitsPerByte, score.perplexity]
    try write(
      [String(score.characters)] + figures.map { NumberText.fixed($0, decimals: 4) }
        + (showsUnknown ? [String(score.unknownCharacters)] : []),
      name: name)
  }

  /// Writes a row in columns of fixed widths; the name comes last because it can have any width.
  private func write(_ columns: [String], name: String) throws {
    let widths = [14, 11, 11, 11, 12, 9]
    let aligned = zip(columns, widths).map { String(repeating: " ", count: max(1, $1 - $0.utf8.count)) + $0 }
    try OutputDescriptor.standardOutput.write(aligned.joined() + "  " + TerminalText.escaped(name) + "\n")
  }

  // MARK: JSON

  private struct Document: Encodable {
    var files: [Figures]
    var total: Figures
  }

  private struct Figures: Encodable {
    var path: String?
    var characters: Int
    var bytes: Int
    var unknownCharacters: Int
    var nats: Figure
    var natsPerCharacter: Figure
    var bitsPerCharacter: Figure
    var bitsPerByte: Figure
    var perplexity: Figure

    init(_ score: Score, path: String? = nil) {
      self.path = path
      characters = score.characters
      bytes = score.bytes
      unknownCharacters = score.unknownCharacters
      nats = Figure(value: score.characters > 0 ? score.nats : .nan)
      natsPerCharacter = Figure(value: score.natsPerCharacter)
      bitsPerCharacter = Figure(value: score.bitsPerCharacter)
      bitsPerByte = Figure(value: score.bitsPerByte)
      // JSON has no infinity.
      perplexity = Figure(value: min(score.perplexity, .greatestFiniteMagnitude))
    }
  }

  /// A number that is null if it is NaN.
  private struct Figure: Encodable {
    var value: Double

    func encode(to encoder: any Encoder) throws {
      var container = encoder.singleValueContainer()
      if value.isNaN { try container.encodeNil() } else { try container.encode(value) }
    }
  }

  private var json: String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    encoder.keyEncodingStrategy = .convertToSnakeCase
    let document = Document(files: scores.map { Figures($0.score, path: $0.file) }, total: Figures(total))
    // Encoding of strings and finite numbers cannot fail.
    return (try? encoder.encode(document)).map { String(decoding: $0, as: UTF8.self) } ?? "null"
  }
}
