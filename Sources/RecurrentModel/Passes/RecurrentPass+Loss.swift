internal import KernelTemplates

extension RecurrentPass {
  /// Computes the losses of every step and row, in `workspace.losses`, and in training ∂L/∂h of the last layer from
  /// above. All gradients have the factor `scale`, 1 / (number of counted targets); the losses are without label
  /// smoothing and temporal activation regularization.
  package func computeLosses(scale: Float, _ share: PassShare, _ regularization: Regularization = Regularization()) {
    let smoothing = Float(regularization.labelSmoothing)
    let rows = share.rows
    let last = configuration.layerCount - 1
    let targets = workspace.targets
    for steps in stepBlocks {
      computeLogits(of: workspace.outputs(ofLayer: last), steps, rows: rows)
      for t in steps {
        let first = rowIndex(step: t, rows: rows)
        kernels.softmaxCrossEntropy(
          rows.count, logits(t..<t + 1, rows: rows), configuration.vocabularySize,
          targets.pointer(at: first, count: rows.count), scale, smoothing,
          workspace.losses.pointer(at: first, count: rows.count), transposes != nil)
      }
      guard let transposes else { continue }
      multiply(stepRows(steps, rows), logits(steps, rows: rows), by: transposes.decoder.parts[...], from: .zero) {
        stateResult(workspace.outputGradient.view, steps, rows, units: $0)
      }
      connectionBackward(ofLayer: last, steps, rows: rows)
      dropOutputGradients(ofLayer: last, steps, rows: rows)
      penalizeChanges(steps, rows: rows, scale: scale, regularization)
    }
  }

  /// Computes the logits of one step, in `workspace.logits`.
  func computeLogits(step t: Int, rows: Range<Int>) {
    computeLogits(of: workspace.outputs(ofLayer: configuration.layerCount - 1), t..<t + 1, rows: rows)
  }

  /// Computes the logits of some steps from the last layer's output. (step, batch, stateStride)
  func computeLogits(of output: FloatView, _ steps: Range<Int>, rows: Range<Int>) {
    let bias = layout.decoderBias.packed(in: parameters)
    multiply(
      stepRows(steps, rows), stateFactor(output, steps, rows), by: decoderWeights,
      blocks: 0..<workspace.logitBlocks.count, firstRow: gateRow(steps, rows), from: .bias(bias.pointer),
      into: logits(steps, rows: rows))
  }

  private func logits(_ steps: Range<Int>, rows: Range<Int>) -> BlockedRows {
    gateRows(workspace.logits.view, workspace.logitBlocks, steps, rows, gates: 0..<1)
  }
}
