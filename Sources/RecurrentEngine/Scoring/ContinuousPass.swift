/// A pass over one text of any length as it arrives, with the state of one stream; with an adaptation, dynamic
/// evaluation.
///
/// The cross-entropies are those of an ``EvaluationPass`` with one stream, or of a ``DynamicEvaluationPass``.
public final class ContinuousPass: ArrivingPass {
  private let model: LanguageModel
  private let workspace: Workspace
  private let dynamic: DynamicEvaluation?

  /// Creates a pass in the state at the start of a line.
  ///
  /// - Parameters:
  ///   - model: The model, which is not changed.
  ///   - adaptation: The settings of dynamic evaluation; nil for fixed weights.
  ///   - holdsSequences: Whether sequences can start within the text, as lines do.
  ///   - threadCount: The number of threads; the results do not depend on it.
  public init(_ model: LanguageModel, adaptation: Adaptation? = nil, holdsSequences: Bool, threadCount: Int = 1) {
    dynamic = adaptation.map {
      DynamicEvaluation(model, $0, holdsSequences: holdsSequences, threadCount: threadCount)
    }
    self.model = dynamic?.model ?? model
    workspace = Workspace(
      model.configuration, batchSize: 1, stepCapacity: adaptation?.chunkLength ?? EvaluationPass.chunkLength,
      purpose: .inference, holdsSequences: holdsSequences)
    if dynamic == nil { model.beginLines(in: workspace) }
  }

  /// Moves back to the start of a text. The weights stay.
  public func restart() { model.beginLines(in: dynamic?.workspace ?? workspace) }

  public func losses(of predictions: Predictions) -> [Float] {
    var losses: [Float] = []
    losses.reserveCapacity(predictions.count)
    if let dynamic {
      dynamic.append(predictions, to: &losses) { evaluate($0, from: $1) }
    } else {
      for first in stride(from: 0, to: predictions.count, by: workspace.stepCapacity) {
        let part = predictions[first..<min(first + workspace.stepCapacity, predictions.count)]
        losses += evaluate(part, from: nil)
        workspace.carryState(afterSteps: part.count)
      }
    }
    return losses
  }

  /// Returns the losses of a chunk from the state of another workspace, or from the carried one.
  private func evaluate(_ predictions: Predictions, from other: Workspace?) -> [Float] {
    if let other { workspace.copyState(from: other) }
    let chunk = predictions.chunk(holdsSequences: workspace.holdsSequences)
    workspace.load(chunk)
    let pass = RecurrentPass(model.network, workspace, stepCount: chunk.stepCount)
    let share = PassShare(rows: 0..<1)
    pass.forward(share)
    pass.computeLosses(scale: 0, share)
    return model.losses(workspace, of: chunk)
  }
}

/// The chunks of a dynamic evaluation of a text as it arrives.
private final class DynamicEvaluation {
  private let trainer: ChunkTrainer
  private let trained: LanguageModel
  private let adaptation: Adaptation
  /// The predictions of the current chunk, whose losses are known before it is complete.
  private var pending = Predictions()
  private var knownCount = 0

  init(_ model: LanguageModel, _ adaptation: Adaptation, holdsSequences: Bool, threadCount: Int) {
    trained = model
    self.adaptation = adaptation
    trainer = ChunkTrainer(
      LanguageModel(copying: model), optimizer: adaptation.optimizer, clip: adaptation.clip, batchSize: 1,
      chunkLength: adaptation.chunkLength, holdsSequences: holdsSequences, threadCount: threadCount)
    model.beginLines(in: trainer.workspace)
  }

  var model: LanguageModel { trainer.model }
  var workspace: Workspace { trainer.workspace }

  func append(
    _ predictions: Predictions, to losses: inout [Float],
    evaluate: (_ predictions: Predictions, _ start: Workspace) -> [Float]
  ) {
    var next = 0
    while next < predictions.count {
      let end = min(predictions.count, next + adaptation.chunkLength - pending.count)
      pending.append(predictions[next..<end])
      next = end
      let isComplete = pending.count == adaptation.chunkLength
      // Until the chunk is complete, its losses are computed without training on it.
      let all = isComplete ? trainChunk() : evaluate(pending, trainer.workspace)
      losses += all[knownCount...]
      knownCount = isComplete ? 0 : all.count
      if isComplete { pending = Predictions() }
    }
  }

  private func trainChunk() -> [Float] {
    let chunk = pending.chunk(holdsSequences: trainer.workspace.holdsSequences)
    let update = trainer.update(chunk)
    let losses = trainer.model.losses(trainer.workspace, of: chunk)
    trainer.model.parameters.move(adaptation.returningShare, to: trained.parameters, executor: trainer.executor)
    // After a skipped step the model no longer follows the text, whatever the losses are.
    return update.isFinite ? losses : losses.map { _ in .nan }
  }
}

extension Workspace {
  /// Copies the carried state of another workspace with the same number of rows.
  fileprivate func copyState(from other: Workspace) {
    for (layer, otherLayer) in zip(layers, other.layers) {
      for (state, otherState) in [(layer.hidden, otherLayer.hidden), (layer.cell, otherLayer.cell)]
      where !state.isEmpty { state[0..<stepStride].copy(from: otherState[0..<stepStride]) }
    }
  }
}
