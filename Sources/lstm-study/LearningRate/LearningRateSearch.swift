internal import RecurrentEngine
internal import SystemCalls

/// A range test (Smith 2015): the learning rate rises from step to step until training diverges.
///
/// The recommended rate lies between the rates at which the loss falls fastest and at which it diverges: on a
/// logarithmic scale a little before the middle, because a rate that is too high costs more than one that is too low.
/// For plain gradient descent, whose best rates are nearer to those that are too high, it lies a little behind the
/// middle. The two customary choices, the steepest fall itself and a tenth of the rate with the least loss, were up to
/// forty times too low: in one sweep nearly all of the fall is that of learning how often each character occurs.
struct LearningRateSearch {
  static let decades = 5
  static let stepsPerDecade = 30

  /// The ratio of the running mean to its least value from which on training counts as diverged.
  private static let divergenceFactor = 4.0
  /// The decay of the running mean.
  private static let decay = 0.8
  /// The ratio of the least loss to the first below which the loss counts as fallen.
  private static let leastFall = 0.98
  /// The standard deviation of the smoothing, in steps.
  private static let smoothingWidth = 4.0

  /// The rate of the first step.
  let first: Double
  /// The place of the recommendation on the way from the steepest fall to divergence, from 0 to 1.
  private let divergenceShare: Double
  /// The losses of all steps until now, in nats per character.
  private var losses: [Double] = []
  private var runningMean = 0.0
  private var leastMean = Double.infinity
  /// Whether training diverged, the loss is NaN or infinite, or the last rate was tried.
  private(set) var isFinished = false

  /// - Parameter first: The rate of the first step; nil for one that suits the optimizer.
  init(_ optimizer: OptimizerConfiguration.Kind, first: Double?) {
    self.first = first ?? Self.defaultFirst(optimizer)
    divergenceShare = optimizer == .sgd ? 0.55 : 0.45
  }

  private static func defaultFirst(_ optimizer: OptimizerConfiguration.Kind) -> Double {
    optimizer == .sgd ? 1e-3 : 1e-5
  }

  private static var stepCount: Int { decades * stepsPerDecade + 1 }

  /// The rate of the next step.
  var nextRate: Double { rate(Double(losses.count)) }

  /// The share of all rates that were tried, from 0 to 1.
  var fraction: Double { Double(losses.count) / Double(Self.stepCount) }

  /// The index of the step that has a rate, or a place between two.
  func step(of rate: Double) -> Double { Mathematics.decimalLogarithm(rate / first) * Double(Self.stepsPerDecade) }

  private func rate(_ step: Double) -> Double { first * Mathematics.power(10, step / Double(Self.stepsPerDecade)) }

  /// Takes the loss of the next step, in nats per character.
  mutating func append(_ loss: Double) {
    guard loss.isFinite else {
      isFinished = true
      return
    }
    losses.append(loss)
    runningMean = Self.decay * runningMean + (1 - Self.decay) * loss
    let mean = runningMean / (1 - Mathematics.power(Self.decay, Double(losses.count)))
    leastMean = min(leastMean, mean)
    isFinished = mean > Self.divergenceFactor * leastMean || losses.count == Self.stepCount
  }

  /// The losses, each averaged with those around it.
  var smoothedLosses: [Double] {
    losses.indices.map { center in
      let reach = Int(4 * Self.smoothingWidth)
      var (sum, weights) = (0.0, 0.0)
      for index in max(0, center - reach)...min(losses.count - 1, center + reach) {
        let distance = Double(index - center) / Self.smoothingWidth
        let weight = Mathematics.exponential(-distance * distance / 2)
        sum += weight * losses[index]
        weights += weight
      }
      return sum / weights
    }
  }

  /// The rate to train with; nil if the loss did not fall.
  var recommendation: Double? {
    let losses = smoothedLosses
    guard let least = losses.indices.min(by: { losses[$0] < losses[$1] }), least > 1,
      losses[least] < Self.leastFall * losses[0]
    else { return nil }
    let slopes = (1..<least).map { losses[$0 + 1] - losses[$0 - 1] }
    guard let steepest = slopes.indices.min(by: { slopes[$0] < slopes[$1] }).map({ $0 + 1 }) else { return nil }
    return rate(Double(steepest) + divergenceShare * Double(losses.count - 1 - steepest))
  }
}
