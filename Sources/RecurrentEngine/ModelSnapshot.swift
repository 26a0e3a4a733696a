/// An immutable copy of a model that any number of tasks can use at the same time, even while the original is trained.
///
/// Each task makes its own ``model``, for a ``TextGenerator``, ``Sampler``, ``BeamSearch`` or ``EvaluationPass``.
public struct ModelSnapshot: Sendable {
  /// The characters by their token IDs.
  public let vocabulary: Vocabulary
  private let network: RecurrentNetwork

  fileprivate init(_ model: LanguageModel) {
    vocabulary = model.vocabulary
    network = RecurrentNetwork(copying: model.network)
  }

  /// The model configuration.
  public var configuration: ModelConfiguration { network.configuration }

  /// A model that shares the parameters of the snapshot, without copying them. It cannot be trained.
  public var model: LanguageModel { LanguageModel(immutable: network, vocabulary: vocabulary) }
}

extension LanguageModel {
  /// Returns an immutable copy of the current model; must not be called while another thread trains the model.
  public func snapshot() -> ModelSnapshot { ModelSnapshot(self) }
}
