// Sequences that start within a chunk, such as lines.
extension RecurrentPass {
  /// Sets the state before a step to that after the preceding step, or to zero where a sequence starts.
  func startSequences(layer: Int, at t: Int, rows: Range<Int>) {
    let activations = workspace.layers[layer]
    let first = stateOffset(step: t, rows: rows)
    let range = first..<first + rows.count * workspace.stateStride
    for (state, previous) in [
      (activations.hidden, activations.previousHidden), (activations.cell, activations.previousCell),
    ] where !previous.isEmpty {
      previous[range].copy(from: state[range])
      forEachStart(at: t, rows: rows) { row in
        previous.view[(t * workspace.stepStride)...][workspace.stateRange(row..<row + 1)].fill(with: 0)
      }
    }
  }

  /// Stops gradients at the first step of a sequence.
  func endSequences(at t: Int, rows: Range<Int>) {
    guard workspace.holdsSequences else { return }
    forEachStart(at: t, rows: rows) { row in
      workspace.hiddenGradient[workspace.stateRange(row..<row + 1)].fill(with: 0)
      workspace.cellGradient[workspace.stateRange(row..<row + 1)].fill(with: 0)
    }
  }

  /// Whether a sequence starts in a row, within the chunk.
  func startsSequence(_ row: Int, at t: Int) -> Bool {
    workspace.holdsSequences && workspace.sequenceStarts[t * workspace.batchSize + row]
  }

  private func forEachStart(at t: Int, rows: Range<Int>, _ body: (_ row: Int) -> Void) {
    for row in rows where startsSequence(row, at: t) { body(row) }
  }
}
