internal import CommandLineSupport
internal import ToolSupport

#if canImport(FoundationEssentials)
internal import FoundationEssentials
#else
internal import Foundation
#endif

/// A machine-readable log of the events of a run: one JSON object per line, without null values.
struct EventLog {
  struct Start: Encodable {
    let event = "start"
    var resumed: Bool
    var step: Int
    /// Step after which the run is finished; nil if time alone limits it.
    var horizon: Int?
    var cell: String
    var layers: Int
    var hidden: Int
    var parameters: Int
    var vocabulary: Int
    var characters: Int
    /// Options that determine the run, as on a command line.
    var arguments: [String]
  }

  /// A row of the loss curve.
  struct Losses: Encodable {
    let event: String
    var step: Int
    var epoch: Double
    var characters: Int
    var seconds: Double
    var learningRate: Double
    var trainLoss: Double?
    var valLoss: Double?
    var best: Bool
    var gradientNorm: Double?
    var charactersPerSecond: Double?

    init(_ row: LossCurve.Row) {
      event = row.event == "undone" ? "undone" : row.validationLoss == nil ? "train" : "validation"
      step = row.step
      epoch = row.epoch
      characters = row.characters
      seconds = row.seconds
      learningRate = row.learningRate
      trainLoss = finite(row.trainingLoss)
      valLoss = finite(row.validationLoss)
      best = row.event == "best"
      gradientNorm = finite(row.gradientNorm)
      charactersPerSecond = finite(row.charactersPerSecond)
    }
  }

  struct Sample: Encodable {
    let event = "sample"
    var step: Int
    var text: String
  }

  struct Saved: Encodable {
    let event = "saved"
    var step: Int
    var path: String
  }

  struct End: Encodable {
    let event = "end"
    var step: Int
    /// Whether the run reached its horizon.
    var finished: Bool
    /// Whether training diverged; nil if it did not.
    var diverged: Bool?
    var bestValLoss: Double?
    var bestStep: Int?
    /// Test loss of the selected model; nil without a test set, or if the run is not finished.
    var testLoss: Double?
  }

  private struct Line<Event: Encodable>: Encodable {
    /// Seconds since 1970 (UTC).
    var time: Double
    var event: Event

    private enum Key: String, CodingKey { case time }

    func encode(to encoder: any Encoder) throws {
      try event.encode(to: encoder)
      var container = encoder.container(keyedBy: Key.self)
      try container.encode(time, forKey: .time)
    }
  }

  private var file: AppendedFile

  /// - Throws: `ToolError` with status `cannotCreate`.
  init(path: String) throws(ToolError) {
    file = try AppendedFile(path: path, option: "--json-log", keptBytes: nil)
  }

  /// - Throws: `ToolError` with status `inputOutput`; the event is then kept for the next attempt.
  mutating func append(_ event: some Encodable) throws(ToolError) {
    let encoder = JSONEncoder()
    encoder.keyEncodingStrategy = .convertToSnakeCase
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let milliseconds = (Date().timeIntervalSince1970 * 1000).rounded()
    // Encoding of strings and finite numbers cannot fail.
    guard let json = try? encoder.encode(Line(time: milliseconds / 1000, event: event)) else { return }
    try file.append(String(decoding: json, as: UTF8.self) + "\n")
  }

  mutating func synchronize() throws(ToolError) { try file.synchronize() }
}

/// Returns the value; nil if it is NaN or infinite, because JSON has no such numbers.
func finite(_ value: Double?) -> Double? { value.flatMap { $0.isFinite ? $0 : nil } }
