/// A pass over separate sequences, such as lines, as rows of a mini-batch.
///
/// The cross-entropies of a sequence depend neither on the others nor on its row.
public final class SequencePass: ArrivingPass {
  private let model: LanguageModel
  private let workspace: Workspace
  private let executor: ParallelExecutor

  /// Creates a pass.
  ///
  /// - Parameters:
  ///   - model: The model.
  ///   - rowCount: The maximum number of rows.
  ///   - threadCount: The number of threads; the results do not depend on it.
  public init(_ model: LanguageModel, rowCount: Int = ValidationStreams.maximumStreamCount, threadCount: Int = 1) {
    self.model = model
    workspace = Workspace(
      model.configuration, batchSize: rowCount, stepCapacity: EvaluationPass.chunkLength, purpose: .inference,
      holdsSequences: true)
    executor = ParallelExecutor(threadCount: min(threadCount, rowCount))
  }

  /// Returns the cross-entropies of whole sequences, in nats: a sequence starts with the first prediction.
  public func losses(of predictions: Predictions) -> [Float] {
    precondition(predictions.starts.first ?? true, "a sequence begins")
    let rows = SequenceRows(predictions, rowCount: workspace.batchSize)
    var losses = [Float](repeating: 0, count: predictions.count)
    for first in stride(from: 0, to: rows.stepCount, by: EvaluationPass.chunkLength) {
      let steps = first..<min(first + EvaluationPass.chunkLength, rows.stepCount)
      // The longest row is the first one.
      let rowCount = rows.rowCount(ofStep: first)
      let chunk = rows.chunk(of: steps, predictions, batchSize: workspace.batchSize)
      workspace.load(chunk)
      let pass = RecurrentPass(model.network, workspace, stepCount: steps.count)
      executor.runOnShares(of: 0..<rowCount) { share in
        guard !share.isEmpty else { return }
        let share = PassShare(rows: share)
        pass.forward(share)
        pass.computeLosses(scale: 0, share)
      }
      workspace.carryState(afterSteps: steps.count)
      let batchSize = workspace.batchSize
      for (offset, step) in steps.enumerated() {
        for row in 0..<rows.rowCount(ofStep: step) {
          losses[rows.index(step: step, row: row)] = workspace.losses[offset * batchSize + row]
        }
      }
    }
    model.chargeFolding(to: &losses, targets: predictions.targets)
    return losses
  }
}

/// The rows of a mini-batch, each a queue of sequences.
private struct SequenceRows {
  /// The indices of the predictions of each row; the longest row first.
  private let rows: [[Int]]

  init(_ predictions: Predictions, rowCount: Int) {
    let starts = predictions.starts.indices.filter { predictions.starts[$0] }
    let sequences = zip(starts, starts.dropFirst() + [predictions.count]).map { $0..<$1 }
    // The longest first, so that rows become nearly equal.
    let order = sequences.indices.sorted { a, b in
      (sequences[b].count, a) < (sequences[a].count, b)
    }
    var rows = [[Int]](repeating: [], count: min(rowCount, sequences.count))
    for (number, index) in order.enumerated() {
      // The first sequences fill empty rows.
      let row = number < rows.count ? number : rows.indices.min { rows[$0].count < rows[$1].count } ?? 0
      rows[row] += sequences[index]
    }
    self.rows = rows.sorted { $0.count > $1.count }
  }

  var stepCount: Int { rows.first?.count ?? 0 }

  /// The number of rows that have a step.
  func rowCount(ofStep step: Int) -> Int { rows.firstIndex { $0.count <= step } ?? rows.count }

  func index(step: Int, row: Int) -> Int { rows[row][step] }

  func chunk(of steps: Range<Int>, _ predictions: Predictions, batchSize: Int) -> Chunk {
    let count = steps.count * batchSize
    var inputs = [Int32](repeating: 0, count: count)
    var targets = [Int32](repeating: Chunk.ignoredTarget, count: count)
    var starts = [Bool](repeating: false, count: count)
    for (row, indices) in rows.enumerated() {
      for step in steps.clamped(to: 0..<indices.count) {
        let (place, index) = ((step - steps.lowerBound) * batchSize + row, indices[step])
        inputs[place] = predictions.inputs[index]
        targets[place] = predictions.targets[index]
        starts[place] = predictions.starts[index]
      }
    }
    return Chunk(
      stepCount: steps.count, batchSize: batchSize, inputs: inputs, targets: targets, sequenceStarts: starts,
      isFirstOfEpoch: false)
  }
}
