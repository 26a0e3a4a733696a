internal import RecurrentEngine
internal import SystemCalls

/// A learning-rate range test (Smith 2015): the learning rate rises with each step until training diverges.
///
/// The recommended rate lies between the rate of steepest descent of the loss and the rate of divergence, on a
/// logarithmic scale: slightly below the middle, because a rate that is too high costs more than one that is too low,
/// but slightly above it for plain SGD, whose best rates are closer to divergence. The two customary choices, the rate
/// of steepest descent and a tenth of the rate with the lowest loss, were up to forty times too low: in one sweep,
/// nearly all of the descent comes from learning the character frequencies.
struct LearningRateSearch {
  static let decades = 5
  static let stepsPerDecade = 30

  /// Ratio of the running mean to its minimum above which training counts as diverged.
  private static let divergenceFactor = 4.0
  /// Decay rate of the running mean of the loss.
  private static let decay = 0.8
  /// Ratio of the lowest loss to the first loss below which the loss counts as fallen.
  private static let leastFall = 0.98
  /// Standard deviation of the Gaussian smoothing kernel, in steps.
  private static let smoothingWidth = 4.0

  /// Learning rate of the first step.
  let first: Double
  /// Position of the recommendation between the steepest descent, 0, and divergence, 1, on a logarithmic scale.
  private let divergenceShare: Double
  /// Losses of all steps so far, in nats per character.
  private var losses: [Double] = []
  private var runningMean = 0.0
  private var leastMean = Double.infinity
  /// Whether training has diverged, the loss is NaN or infinite, or the last rate was tried.
  private(set) var isFinished = false

  /// Starts a search.
  ///
  /// - Parameter first: The learning rate of the first step; nil for the default of the optimizer.
  init(_ optimizer: OptimizerConfiguration.Kind, first: Double?) {
    self.first = first ?? Self.defaultFirst(optimizer)
    divergenceShare = optimizer == .sgd ? 0.55 : 0.45
  }

  private static func defaultFirst(_ optimizer: OptimizerConfiguration.Kind) -> Double {
    optimizer == .sgd ? 1e-3 : 1e-5
  }

  private static var stepCount: Int { decades * stepsPerDecade + 1 }

  /// Learning rate of the next step.
  var nextRate: Double { rate(Double(losses.count)) }

  /// Fraction of the learning rates that were tried, from 0 to 1.
  var fraction: Double { Double(losses.count) / Double(Self.stepCount) }

  /// Returns the step with a learning rate, as a fractional index.
  func step(of rate: Double) -> Double { Mathematics.decimalLogarithm(rate / first) * Double(Self.stepsPerDecade) }

  private func rate(_ step: Double) -> Double { first * Mathematics.power(10, step / Double(Self.stepsPerDecade)) }

  /// Adds the loss of the next step, in nats per character.
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

  /// Losses smoothed with a Gaussian kernel.
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

  /// Recommended learning rate; nil if the loss did not fall.
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
