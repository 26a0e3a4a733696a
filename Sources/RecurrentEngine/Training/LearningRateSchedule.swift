/// A learning-rate schedule, as a factor of the base learning rate over the run.
public struct LearningRateSchedule: Codable, Equatable, Sendable {
  /// The shape of the schedule after the warmup.
  public enum Kind: String, Codable, CaseIterable, Sendable {
    /// A constant rate.
    case constant
    /// Half a period of the cosine down to zero at the end (Loshchilov and Hutter 2017).
    case cosine
    /// A linear decay to zero at the end.
    case linear
    /// Multiplication by ``LearningRateSchedule/decayRate`` at regular intervals, as in char-rnn.
    case step
    /// Multiplication by ``LearningRateSchedule/decayRate`` when the validation loss stops improving.
    case plateau
    /// Warmup, stable, decay: constant until the last ``LearningRateSchedule/decaySteps``, then a linear decay.
    case wsd
  }

  /// The shape of the schedule after the warmup.
  public var kind: Kind
  /// The number of warmup steps, in which the rate rises linearly from zero.
  public var warmupSteps: Int
  /// The factor of `step` and `plateau`: above 0, and at most 1.
  public var decayRate: Double
  /// The interval between decays: in epochs for `step`, in validations without improvement for `plateau`.
  public var decayEvery: Int
  /// The number of epochs before the first decay of `step`.
  public var decayAfter: Int
  /// The length of the decay in `wsd`, in steps; nil for a fifth of the run.
  public var decaySteps: Int?

  /// Creates a schedule; the defaults are common values.
  public init(
    kind: Kind = .constant, warmupSteps: Int = 0, decayRate: Double? = nil, decayEvery: Int = 1, decayAfter: Int = 0,
    decaySteps: Int? = nil
  ) {
    self.kind = kind
    self.warmupSteps = warmupSteps
    self.decayRate = decayRate ?? Self.usualDecayRate(of: kind)
    self.decayEvery = decayEvery
    self.decayAfter = decayAfter
    self.decaySteps = decaySteps
  }

  /// Returns the default ``decayRate`` of a kind of schedule.
  public static func usualDecayRate(of kind: Kind) -> Double { kind == .plateau ? 0.5 : 0.97 }

  /// Whether the rate depends on the length of the run.
  public var needsHorizon: Bool { kind == .cosine || kind == .linear || kind == .wsd }

  /// Returns the number of decay steps in a run of `horizon` steps.
  public func decayLength(horizon: Int) -> Int { min(decaySteps ?? max(1, horizon / 5), horizon) }

  /// Returns the factor of the learning rate after `step` of `horizon` steps and `epoch` complete epochs. The decays of
  /// `plateau` depend on validation and are not included; those towards the end of a run have not begun as long as its
  /// length is unknown.
  func factor(step: Int, horizon: Int?, epoch: Int) -> Double {
    guard step >= warmupSteps else { return Double(step + 1) / Double(warmupSteps + 1) }
    // The fraction of the run that is left, including this step, so that the last step still has a positive rate.
    func left(of count: (_ horizon: Int) -> Int) -> Double {
      horizon.map { min(max(Double($0 - step) / Double(max(count($0), 1)), 0), 1) } ?? 1
    }
    switch kind {
    case .constant, .plateau: return 1
    case .linear: return left { $0 - warmupSteps }
    case .cosine:
      let sine = sineOfQuarterTurns(left { $0 - warmupSteps })
      return sine * sine  // (1 + cos πx)/2 = sin²(π(1−x)/2)
    case .step:
      guard epoch >= decayAfter else { return 1 }
      return power(decayRate, (epoch - decayAfter) / decayEvery + (decayAfter > 0 ? 1 : 0))
    case .wsd: return left(of: decayLength)
    }
  }

  /// Whether the values, which may come from any file, are valid.
  var isValid: Bool {
    let counts = 0...Int(Int32.max)
    return counts.contains(warmupSteps) && counts.contains(decayAfter) && counts.contains(decaySteps ?? 0)
      && (1...Int(Int32.max)).contains(decayEvery) && decayRate > 0 && decayRate <= 1
  }
}

/// Computes sin(πx/2) for x from 0 to 1 by its series: the C library's result may differ between CPUs.
private func sineOfQuarterTurns(_ x: Double) -> Double {
  let angle = x * (Double.pi / 2)
  var term = angle
  var sum = 0.0
  var n = 1.0
  while n < 30 {
    sum += term
    term *= -angle * angle / ((n + 1) * (n + 2))
    n += 2
  }
  return min(max(sum, 0), 1)
}

/// Computes base^exponent by repeated squaring: the C library's result may differ between CPUs.
func power(_ base: Double, _ exponent: Int) -> Double {
  var result = 1.0
  var square = base
  var rest = exponent
  while rest > 0 {
    if rest & 1 == 1 { result *= square }
    square *= square
    rest >>= 1
  }
  return result
}
