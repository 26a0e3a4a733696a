internal import CommandLineSupport
internal import RecurrentEngine
internal import ToolSupport

/// Results of the finished runs of a comparison, in a row for each cell and each share of the training set.
struct ComparisonSummary {
  let contenders: [Contender]
  let runs: [ComparisonRun]

  var lines: [String] {
    let shares = Set(runs.map(\.dataShare)).sorted()
    let showsData = shares.count > 1 || shares.contains { $0 < 1 }
    let heading =
      ["cell", "hidden size", "parameters"] + (showsData ? ["trained on"] : [])
      + ["characters/s", "memory", "best val loss ± SD (nats)", "least", "greatest", "runs"]
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
      rate.map { NumberText.grouped(Int($0.rounded())) } ?? "", NumberText.byteSize(contender.memory.totalBytes),
      text(losses.mean) + (losses.deviation.map { " ± " + lossText($0) } ?? ""), text(losses.least),
      text(losses.greatest),
      finishedCount == runs.count ? String(runs.count) : "\(finishedCount) of \(runs.count)",
    ]
  }

  private func text(_ loss: Double?) -> String { loss.map(lossText) ?? "" }
}
