/// Several models of one vocabulary as one: its probabilities are the weighted mean of theirs.
///
/// Models of different seeds err differently, so that the mean is better than each of them.
public struct ModelMixture {
  /// The models, at least one.
  public let models: [LanguageModel]
  /// The weight of each model; their sum is 1.
  public let weights: [Double]

  /// Creates a mixture.
  ///
  /// - Parameters:
  ///   - models: At least one model; all have the same vocabulary.
  ///   - weights: A positive weight for each model, in any unit; nil for equal weights.
  public init(_ models: [LanguageModel], weights: [Double]? = nil) {
    let weights = weights ?? models.map { _ in 1 }
    precondition(!models.isEmpty && weights.count == models.count, "each model has a weight")
    precondition(weights.allSatisfy { $0 > 0 && $0.isFinite }, "weights are positive")
    precondition(models.allSatisfy { $0.vocabulary == models[0].vocabulary }, "the models have one vocabulary")
    self.models = models
    let sum = weights.reduce(0, +)
    self.weights = weights.map { $0 / sum }
  }

  /// The mixture of a single model.
  public init(_ model: LanguageModel) { self.init([model]) }

  /// The common vocabulary.
  public var vocabulary: Vocabulary { models[0].vocabulary }
}
