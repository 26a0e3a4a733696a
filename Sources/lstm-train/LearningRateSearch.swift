internal import RecurrentEngine
internal import SystemCalls

/// A range test (Smith 2015): the learning rate rises from update to update until the loss breaks away.
///
/// The recommended rate lies between the rates at which the loss falls fastest and at which it has broken away: on a
/// logarithmic scale a little before the middle, because a rate that is too high costs more than one that is too low; of
/// plain gradient descent, whose best rates are nearer to those that are too high, a little behind it. The two customary
/// choices, the steepest fall itself and a tenth of the rate with the least loss, were up to forty times too low: in one
/// sweep nearly all of the fall is that of learning how often each character occurs.
struct LearningRateSearch {
  static let decades = 5
  static let updatesPerDecade = 30

  /// How many times its least value the loss reaches where it has broken away.
  private static let breakAwayFactor = 4.0
  /// Of the running mean by which that is seen.
  private static let decay = 0.8
  /// What the least loss must be below, as a share of the first, for there to be a fall.
  private static let leastFall = 0.98
  /// The standard deviation of the smoothing, in updates.
  private static let smoothingWidth = 4.0

  /// The rate of the first update.
  let first: Double
  /// How far the recommendation is on the way from the steepest fall to where the loss has broken away.
  private let breakAwayShare: Double
  /// Of all updates until now, in nats per character.
  private var losses: [Double] = []
  private var runningMean = 0.0
  private var leastMean = Double.infinity
  /// Whether there is nothing more to find out: the loss has broken away, or is no number, or the rates are at their end.
  private(set) var isFinished = false

  /// - Parameter first: The rate to begin with; nil for one that suits the optimizer.
  init(_ optimizer: OptimizerConfiguration.Kind, first: Double?) {
    self.first = first ?? Self.defaultFirst(optimizer)
    breakAwayShare = optimizer == .sgd ? 0.55 : 0.45
  }

  private static func defaultFirst(_ optimizer: OptimizerConfiguration.Kind) -> Double {
    optimizer == .sgd ? 1e-3 : 1e-5
  }

  private static var updateCount: Int { decades * updatesPerDecade + 1 }

  /// The rate of the next update.
  var nextRate: Double { rate(Double(losses.count)) }

  /// How far the search can be, from 0 to 1.
  var fraction: Double { Double(losses.count) / Double(Self.updateCount) }

  /// The update that has a rate, or the place between two.
  func update(of rate: Double) -> Double { Mathematics.decimalLogarithm(rate / first) * Double(Self.updatesPerDecade) }

  private func rate(_ update: Double) -> Double {
    first * Mathematics.power(10, update / Double(Self.updatesPerDecade))
  }

  /// Takes the loss before the next update, in nats per character.
  mutating func append(_ loss: Double) {
    guard loss.isFinite else {
      isFinished = true
      return
    }
    losses.append(loss)
    runningMean = Self.decay * runningMean + (1 - Self.decay) * loss
    let mean = runningMean / (1 - Mathematics.power(Self.decay, Double(losses.count)))
    leastMean = min(leastMean, mean)
    isFinished = mean > Self.breakAwayFactor * leastMean || losses.count == Self.updateCount
  }

  /// The losses, each the mean of those around it.
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

  /// The rate to train with; nil if the loss has not fallen.
  var recommendation: Double? {
    let losses = smoothedLosses
    guard let least = losses.indices.min(by: { losses[$0] < losses[$1] }), least > 1,
      losses[least] < Self.leastFall * losses[0]
    else { return nil }
    let slopes = (1..<least).map { losses[$0 + 1] - losses[$0 - 1] }
    guard let steepest = slopes.indices.min(by: { slopes[$0] < slopes[$1] }).map({ $0 + 1 }) else { return nil }
    return rate(Double(steepest) + breakAwayShare * Double(losses.count - 1 - steepest))
  }
}
