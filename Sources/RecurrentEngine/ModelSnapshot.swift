/// An immutable copy of a model, which any number of tasks can use at the same time, also while the model that it was taken
/// from is trained.
///
/// Each task makes its own ``model`` and from that a ``TextGenerator``, ``Sampler``, ``BeamSearch`` or ``EvaluationPass``.
public struct ModelSnapshot: Sendable {
  /// The characters by their token IDs.
  public let vocabulary: Vocabulary
  private let network: RecurrentNetwork

  fileprivate init(_ model: LanguageModel) {
    let parameters = FloatBuffer(count: model.layout.size)
    parameters.copy(from: model.parameters)
    vocabulary = model.vocabulary
    network = RecurrentNetwork(model.network, parameters: parameters)
  }

  /// The shape.
  public var configuration: ModelConfiguration { network.configuration }

  /// A model that shares the parameters of the snapshot, without copying them. It cannot be trained.
  public var model: LanguageModel { LanguageModel(immutable: network, vocabulary: vocabulary) }
}

extension LanguageModel {
  /// Returns a copy of the parameters as they are now, with the vocabulary and the shape.
  ///
  /// It takes as much memory as the parameters. It must not be called while the model is trained on another thread.
  public func snapshot() -> ModelSnapshot { ModelSnapshot(self) }
}
