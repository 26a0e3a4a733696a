internal import SystemCalls

/// Passes of several models over the same text, side by side, that together compute the cross-entropy of the mixture of
/// the models: −ln Σ wₘpₘ, where pₘ is the probability that model m predicts and wₘ its weight.
public final class MixturePass: ScoringPass {
  private let passes: [any ScoringPass]
  private let weights: [Double]

  /// Creates a pass.
  ///
  /// - Parameters:
  ///   - passes: A pass of each model, with the same part of the text, number of streams and chunk length.
  ///   - weights: The weight of each model; their sum is 1.
  public init(_ passes: [any ScoringPass], weights: [Double]) {
    precondition(!passes.isEmpty && weights.count == passes.count, "each pass has a weight")
    self.passes = passes
    self.weights = weights
  }

  public var countedCharacters: Int { passes[0].countedCharacters }
  public var fractionDone: Double { passes[0].fractionDone }

  public func next() throws(CorpusError) -> [Float]? {
    var losses: [[Float]] = []
    for pass in passes {
      guard let next = try pass.next() else { return nil }
      losses.append(next)
    }
    return Self.mixed(losses, weights: weights)
  }

  /// Returns the cross-entropies of a mixture from those of its models. (model, character)
  static func mixed(_ losses: [[Float]], weights: [Double]) -> [Float] {
    // With the loss of one model, no logarithm can change its last bits.
    losses.count == 1
      ? losses[0] : losses[0].indices.map { index in mixedLoss(losses.map { $0[index] }, weights: weights) }
  }

  private static func mixedLoss(_ losses: [Float], weights: [Double]) -> Float {
    guard losses.allSatisfy(\.isFinite) else { return .nan }
    // Relative to the smallest loss, no probability is too small for a number.
    let smallest = Double(losses.reduce(.infinity, min))
    let sum = zip(weights, losses).reduce(0.0) { sum, model in
      sum + model.0 * Mathematics.exponential(smallest - Double(model.1))
    }
    return Float(smallest - Mathematics.logarithm(sum))
  }
}
