internal import CommandLineSupport
internal import RecurrentEngine

/// Keeps what a run leaves while it goes on.
protocol RunRecorder {
  /// Seconds of training before the run went on.
  var seconds: Double { get }
  /// What went wrong last and is still wrong.
  var failure: ToolError? { get }
  /// The step whose state was saved last.
  var savedStep: Int? { get }
  /// What the run is told, as its checkpoints keep it.
  var arguments: [String] { get set }

  mutating func begin(_ trainer: Trainer, horizon: Int)
  mutating func append(_ row: LossCurve.Row)
  /// - Parameter gradientNorm: That of the step's update; nil before the first.
  mutating func append(_ flow: GradientFlow, step: Int, gradientNorm: Double?)
  mutating func note(_ event: some Encodable)
  mutating func selectedModelHasChanged()
  mutating func draw()
  mutating func save(_ trainer: Trainer)
  mutating func finish(_ trainer: Trainer)
}
