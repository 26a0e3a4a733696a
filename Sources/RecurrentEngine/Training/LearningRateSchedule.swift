/// How the learning rate changes in the course of a run, as a factor of the rate that it is given.
public struct LearningRateSchedule: Codable, Equatable, Sendable {
  /// What the rate does after the warm-up.
  public enum Kind: String, Codable, CaseIterable, Sendable {
    /// It stays.
    case constant
    /// It falls as half a period of the cosine until the end (Loshchilov and Hutter 2017).
    case cosine
    /// It falls evenly until the end.
    case linear
    /// It is multiplied with ``LearningRateSchedule/decayRate`` at regular times, as in char-rnn.
    case step
    /// It is multiplied with ``LearningRateSchedule/decayRate`` when validation does not improve any more.
    case plateau
    /// Warm-up, stay, decay: it stays until the last ``LearningRateSchedule/decaySteps``, in which it falls evenly.
    case wsd
  }

  /// What the rate does after the warm-up.
  public var kind: Kind
  /// Updates in which the rate rises evenly from zero.
  public var warmupSteps: Int
  /// What `step` and `plateau` multiply with: above 0, and at most 1.
  public var decayRate: Double
  /// How often they do: `step` in epochs, `plateau` in validations without improvement.
  public var decayEvery: Int
  /// The epochs before the first time in `step`.
  public var decayAfter: Int
  /// The length of the decay in `wsd`; nil for a fifth of the run.
  public var decaySteps: Int?

  /// A schedule with the usual numbers, unless others are given.
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

  /// The ``decayRate`` of a schedule for which none is given.
  public static func usualDecayRate(of kind: Kind) -> Double { kind == .plateau ? 0.5 : 0.97 }

  /// Whether the rate depends on how long the run is.
  public var needsHorizon: Bool { kind == .cosine || kind == .linear || kind == .wsd }

  /// The updates of the decay in a run of `horizon` updates.
  public func decayLength(horizon: Int) -> Int { min(decaySteps ?? max(1, horizon / 5), horizon) }

  /// What the rate of an update is multiplied with. What `plateau` does depends on validation, and is no part of it.
  ///
  /// - Parameters:
  ///   - step: The updates before this one.
  ///   - horizon: All updates of the run.
  ///   - epoch: The whole passes over the training part before this update.
  func factor(step: Int, horizon: Int, epoch: Int) -> Double {
    guard step >= warmupSteps else { return Double(step + 1) / Double(warmupSteps + 1) }
    // The part of the run that is left, this update included: the last one still learns something.
    func left(of count: Int) -> Double { min(max(Double(horizon - step) / Double(max(count, 1)), 0), 1) }
    switch kind {
    case .constant, .plateau: return 1
    case .linear: return left(of: horizon - warmupSteps)
    case .cosine:
      let sine = sineOfQuarterTurns(left(of: horizon - warmupSteps))
      return sine * sine  // (1 + cos πx)/2 = sin²(π(1−x)/2)
    case .step:
      guard epoch >= decayAfter else { return 1 }
      return power(decayRate, (epoch - decayAfter) / decayEvery + (decayAfter > 0 ? 1 : 0))
    case .wsd: return left(of: decayLength(horizon: horizon))
    }
  }

  /// Whether a run can have these values; a file may say anything.
  var isValid: Bool {
    let counts = 0...Int(Int32.max)
    return counts.contains(warmupSteps) && counts.contains(decayAfter) && counts.contains(decaySteps ?? 0)
      && (1...Int(Int32.max)).contains(decayEvery) && decayRate > 0 && decayRate <= 1
  }
}

/// sin(πx/2) for x from 0 to 1, by its series: the library's may differ from CPU to CPU.
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

/// base^exponent by repeated squaring: the library's may differ from CPU to CPU.
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
