internal import CommandLineSupport
internal import RecurrentEngine
internal import ToolSupport

extension LSTMInspect {
  /// Prints a survey of the activations of a model on a text, and writes the files that the options name.
  static func showActivations(
    _ options: InspectOptions, _ given: GivenOptions, files: [String], text path: String
  ) throws {
    guard let file = files.first, files.count == 1, !file.isEmpty else {
      throw UsageError.operands("give one checkpoint that lstm-train wrote")
    }
    try checkDistinct(
      [("--output", options.output), ("--page", options.page), ("--histograms", options.histograms)],
      from: [("the checkpoint", file), ("the text", path)])
    let checkpoint = try Checkpoint(widening: file)
    let model = try checkpoint.model.forcing(options.forcedGates ?? [])
    let text = ActivationText(
      corpus: try openText(path, for: checkpoint), length: options.length ?? InspectOptions.usualLength)
    try checkUnits(options.units ?? [], of: model.configuration)
    inspectCommand.printNotices(about: given, in: options)

    let survey = try UnitSurvey(model, text)
    let table = SurveyTable(
      survey: survey, unit: text.corpus.vocabulary.unit.rawValue, characterCount: text.characterCount,
      forced: options.forcedGates ?? [],
      plainLoss: options.forcedGates == nil ? nil : try text.loss(of: checkpoint.model))
    let ranking = survey.ranking
    let units = options.units ?? bestUnits(survey)
    if let output = options.output {
      try WholeFile.write(ActivationTables.activations(of: units, model, text), to: output)
    }
    if let histograms = options.histograms { try WholeFile.write(ActivationTables.histograms(survey), to: histograms) }
    if let page = options.page {
      let room = ActivationTracks.mostUnits(model.configuration.cell, characterCount: text.characterCount)
      let tracks = try ActivationTracks(
        model, text, survey, whole: units,
        states: Array(ranking.map(\.unit).filter { !units.contains($0) }.prefix(room)))
      let title = "\(file) reads \(names(of: [path]))"
      try WholeFile.write(
        ActivationPage(title: title, summary: table.summary, survey: survey, ranking: ranking, tracks: tracks).html,
        to: page)
    }
    try OutputDescriptor.standardOutput.write(table.text)
  }

  /// Returns the best-correlated unit of each feature, in descending order; without correlations, unit 0 of layer 0.
  private static func bestUnits(_ survey: UnitSurvey) -> [UnitName] {
    let best = TextFeature.allCases.flatMap { survey.best($0, count: 1) }
      .sorted { abs($0.correlation) > abs($1.correlation) }
    let units = best.map(\.unit).reduce(into: [UnitName]()) { if !$0.contains($1) { $0.append($1) } }
    return units.isEmpty ? [UnitName(layer: 0, unit: 0)] : units
  }

  private static func checkUnits(_ units: [UnitName], of model: ModelConfiguration) throws(ToolError) {
    for unit in units where unit.layer >= model.layerCount || unit.unit >= model.hiddenSize {
      throw ToolError(
        .usage,
        "--units \(unit): no such unit; there are \(UnitName(layer: 0, unit: 0)) to "
          + "\(UnitName(layer: model.layerCount - 1, unit: model.hiddenSize - 1))")
    }
  }
}
