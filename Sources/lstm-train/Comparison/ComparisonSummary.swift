internal import CommandLineSupport
internal import RecurrentEngine
internal import ToolSupport

/// What the finished runs of a comparison come to, a row for each cell and each share of the text.
struct ComparisonSummary {
  let contenders: [Contender]
  let runs: [ComparisonRun]
  /// In bytes, of each contender.
  let memory: [Int]

  var lines: [String] {
    let shares = Set(runs.map(\.dataShare)).sorted()
    let showsData = shares.count > 1 || shares.contains { $0 < 1 }
    let heading =
      ["cell", "units", "parameters"] + (showsData ? ["trained on"] : [])
      + ["characters/s", "memory", "best validation loss", "least", "greatest", "runs"]
    let rows = shares.flatMap { share in
      contenders.indices.compactMap { index in
        row(index, runs.filter { $0.contender == index && $0.dataShare == share }, showsData: showsData)
      }
    }
    return TextTable.lines([heading] + rows)
  }

  private func row(_ index: Int, _ runs: [ComparisonRun], showsData: Bool) -> [String]? {
    guard let first = runs.first else { return nil }
    let contender = contenders[index]
    let losses = Sample(runs.filter(\.isFinished).compactMap(\.bestLoss))
    let rate = Sample(runs.compactMap(\.charactersPerSecond)).mean
    let data = showsData ? [NumberText.grouped(first.trainingCharacters)] : []
    let finishedCount = runs.count(where: \.isFinished)
    return [
      contender.name, "\(contender.model.layerCount) × \(contender.model.hiddenSize)",
      NumberText.grouped(contender.model.parameterCount),
    ] + data + [
      rate.map { NumberText.grouped(Int($0.rounded())) } ?? "", NumberText.byteSize(memory[index]),
      Self.text(losses.mean) + (losses.deviation.map { " ± " + Self.text($0) } ?? ""), Self.text(losses.least),
      Self.text(losses.greatest),
      finishedCount == runs.count ? String(runs.count) : "\(finishedCount) of \(runs.count)",
    ]
  }

  static func text(_ loss: Double?) -> String { loss.map { NumberText.fixed($0, decimals: 4) } ?? "" }
}

/// Some numbers that were measured alike.
struct Sample {
  private let values: [Double]

  init(_ values: [Double]) { self.values = values }

  var mean: Double? { values.isEmpty ? nil : values.reduce(0, +) / Double(values.count) }
  var least: Double? { values.min() }
  var greatest: Double? { values.max() }

  /// The standard deviation, as it is estimated from a sample; nil of fewer than two numbers.
  var deviation: Double? {
    guard let mean, values.count > 1 else { return nil }
    let squares = values.reduce(0.0) { $0 + ($1 - mean) * ($1 - mean) }
    return (squares / Double(values.count - 1)).squareRoot()
  }
}
