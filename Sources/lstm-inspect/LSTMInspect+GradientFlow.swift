internal import CommandLineSupport
internal import Plotting
internal import RecurrentEngine
internal import ToolSupport

extension LSTMInspect {
  static func measureGradientFlow(_ options: InspectOptions, checkpoints files: [String], text: String) throws {
    guard !files.isEmpty, !files.contains("") else {
      throw UsageError.operands("give at least one checkpoint that lstm-train wrote")
    }
    guard text != "-" || files.count == 1 else {
      throw UsageError.operands("standard input can be read for one checkpoint only; give a file to --gradient-flow")
    }
    try checkIsSVG("--plot", options.plot)
    try checkDistinct(
      [("--output", options.output), ("--plot", options.plot)],
      from: files.map { ("the checkpoint", $0) } + [("the text", text)])
    let flows = try files.map { try gradientFlow(of: Checkpoint(widening: $0), text, options) }

    let names = runNames(ofFiles: files, ending: ".bin")
    let rows = zip(names, flows).flatMap { name, flow in flow.csvRows.map { "\(csvField(name)),\($0)\n" } }
    let csv = (["checkpoint,\(GradientFlow.csvColumns)\n"] + rows).joined()
    if let plot = options.plot {
      guard
        let svg = Chart(gradientFlow: zip(names, flows).flatMap { curves($1, name: $0, isAlone: names.count == 1) }).svg
      else { throw ToolError(.badData, "\(files[0]): no gradient is a number above zero; there is nothing to draw") }
      try WholeFile.write(svg, to: plot)
    }
    try write(csv, to: options.output)
  }

  private static func gradientFlow(
    of checkpoint: Checkpoint, _ text: String, _ options: InspectOptions
  ) throws -> GradientFlow {
    let corpus = try openText(text, for: checkpoint)
    let lagCount = options.lagCount ?? GradientFlow.usualLagCount
    let positionCount = options.positionCount ?? GradientFlow.usualPositionCount
    let needed = GradientFlowMeasurement.characterCount(forLags: lagCount)
    guard corpus.characterCount >= needed else {
      let unit = corpus.vocabulary.unit.rawValue
      throw ToolError(
        .badData,
        "\(names(of: [text])): too short (\(NumberText.counted(corpus.characterCount, unit)), and \(lagCount) lags need "
          + "\(needed)); give more text or lower --lags")
    }
    try checkMemory(
      MemoryEstimate(
        measuringGradientFlow: checkpoint.model.configuration, lagCount: lagCount, positionCount: positionCount,
        holdsSequences: corpus.vocabulary.endMark != nil),
      for: "--gradient-flow", remedy: "lower --lags")
    let measurement = GradientFlowMeasurement(
      checkpoint.model.configuration, corpus: corpus, lagCount: lagCount,
      positionCount: positionCount, threadCount: usableThreadCount(options.threads, notice: notice))
    return try measurement.flow(of: checkpoint.model)
  }

  private static func curves(_ flow: GradientFlow, name: String, isAlone: Bool) -> [GradientFlowCurves] {
    let layerCount = (flow.curves.last?.layer ?? 0) + 1
    return (0..<layerCount).map { layer in
      func norms(_ quantity: GradientFlow.Quantity) -> [Double] {
        flow.curves.first { $0.layer == layer && $0.quantity == quantity }?.norms ?? []
      }
      let place = "layer \(layer)"
      return GradientFlowCurves(
        name: layerCount == 1 ? name : isAlone ? place : "\(name), \(place)", hidden: norms(.hidden), cell: norms(.cell)
      )
    }
  }
}
