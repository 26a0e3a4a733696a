import Foundation
import Testing

/// The output of `lstm-score --json`, decoded as in a user's script.
struct ScoreFigures: Decodable {
  struct Figures: Decodable, Equatable {
    var path: String?
    var characters: Int
    var bytes: Int
    var unknownCharacters: Int
    var nats: Double
    var natsPerCharacter: Double
    var bitsPerCharacter: Double
    var bitsPerByte: Double
    var perplexity: Double
  }

  var files: [Figures]
  var total: Figures
}

extension WorkFolder {
  /// Scores texts with `checkpoint.bin`.
  func score(_ arguments: [String], input: String? = nil) throws -> Outcome {
    try run(.score, ["checkpoint.bin"] + arguments, input: input)
  }

  func scores(_ arguments: [String], input: String? = nil) throws -> ScoreFigures {
    let outcome = try score(["--json", "--quiet"] + arguments, input: input)
    #expect(outcome.status == 0)
    #expect(outcome.error.isEmpty, "\(outcome.error)")
    #expect(outcome.output.hasSuffix("}\n") && outcome.output.count { $0 == "\n" } == 1)
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    return try decoder.decode(ScoreFigures.self, from: outcome.outputBytes)
  }

  /// Returns the columns of each row of `--per-line` or `--per-character`.
  func rows(_ arguments: [String]) throws -> [[String]] {
    let outcome = try score(["--quiet"] + arguments)
    #expect(outcome.status == 0)
    #expect(outcome.error.isEmpty, "\(outcome.error)")
    var rows = outcome.output.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false)
    #expect(rows.popLast()?.isEmpty == true, "every row ends with a line feed")
    return rows.map { $0.split(separator: "\t", omittingEmptySubsequences: false).map(String.init) }
  }
}
