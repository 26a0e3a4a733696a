internal import CommandLineSupport
internal import RecurrentEngine

/// Text tables of a survey.
struct SurveyTable {
  private static let unitsOfFeature = 3
  private static let columns = [34, 8, 7, 13]

  let survey: UnitSurvey
  let unit: String
  let characterCount: Int
  let forced: [ForcedGate]
  /// Loss without forced gates, in nats per character; nil if no gate is forced.
  let plainLoss: Double?

  var text: String { (summary + [""] + trackings + [""] + gates).map { $0 + "\n" }.joined() }

  /// Lines with the loss on the text, with and without forced gates.
  var summary: [String] {
    let loss = "\(nats(survey.loss)) nats per \(unit)"
    guard let plainLoss else { return ["\(NumberText.counted(characterCount, unit)): \(loss)"] }
    let difference = survey.loss - plainLoss
    return [
      "\(NumberText.counted(characterCount, unit)): \(nats(plainLoss)) nats per \(unit)",
      "with \(forced.map(\.description).joined(separator: ", ")): \(loss), \(nats(abs(difference))) "
        + (difference < 0 ? "less" : "more"),
    ]
  }

  private var trackings: [String] {
    let rows = TextFeature.allCases.flatMap { feature in
      survey.best(feature, count: Self.unitsOfFeature).enumerated().map { index, tracking in
        [
          index == 0 ? feature.rawValue : "", tracking.unit.description, tracking.state.name,
          Self.text(correlation: tracking.correlation),
        ]
      }
    }
    guard !rows.isEmpty else { return ["no unit tracks anything that varies in this text"] }
    return ([["feature", "unit", "state", "correlation"]] + rows).map { row in
      zip(row, Self.columns).map { $0 + String(repeating: " ", count: max(0, $1 - $0.count)) }.joined().trimmed
    }
  }

  private var gates: [String] {
    guard !survey.histograms.isEmpty else { return ["the cell has no gates"] }
    let rows = survey.histograms.map { histogram in
      [
        "layer \(histogram.layer), \(histogram.role.rawValue)", Self.percent(histogram.closedShare),
        Self.percent(histogram.openShare),
      ]
    }
    return ([["gate", "below 0.1", "above 0.9"]] + rows).map { row in
      row[0] + String(repeating: " ", count: max(0, 34 - row[0].count))
        + row.dropFirst().map { String(repeating: " ", count: max(0, 11 - $0.count)) + $0 }.joined()
    }
  }

  static func text(correlation: Double) -> String {
    (correlation < 0 ? "" : "+") + NumberText.fixed(correlation, decimals: 3)
  }

  static func percent(_ share: Double) -> String { NumberText.fixed(share * 100, decimals: 1) + " %" }

  private func nats(_ value: Double) -> String { NumberText.fixed(value, decimals: 4) }
}

extension String {
  fileprivate var trimmed: String {
    var text = self
    while text.hasSuffix(" ") { text.removeLast() }
    return text
  }
}
