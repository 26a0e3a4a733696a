internal import CommandLineSupport
internal import RecurrentEngine

/// Keeps the losses of a run that is one of several; its model is not kept.
struct ComparisonRecorder: RunRecorder {
  let run: ComparisonRun
  let table: ComparisonTable
  let contender: Contender
  var arguments: [String] = []

  var seconds: Double { 0 }
  var failure: ToolError? { table.failure }
  var savedStep: Int? { nil }

  mutating func append(_ row: LossCurve.Row) {
    run.append(row)
    table.append(row, of: run, contender)
  }

  mutating func append(_ flow: GradientFlow, step: Int, gradientNorm: Double?) {}
  mutating func begin(_ trainer: Trainer, horizon: Int) {}
  mutating func note(_ event: some Encodable) {}
  mutating func selectedModelHasChanged() {}
  mutating func draw() {}
  mutating func save(_ trainer: Trainer) {}
  mutating func finish(_ trainer: Trainer) {}
}
