internal import KernelTemplates

/// Reads a text character by character with a model, and draws what could come next.
public final class Sampler {
  public let model: LanguageModel
  let workspace: Workspace
  /// Softmax of the newest logits; the logits themselves stay for another temperature.
  private let probabilities: FloatBuffer

  public init(_ model: LanguageModel) {
    self.model = model
    workspace = Workspace(model.configuration, batchSize: 1, stepCapacity: 1, purpose: .inference)
    probabilities = FloatBuffer(count: workspace.logits.count)
  }

  /// Forgets all that was read: the state is zero.
  public func reset() { workspace.resetState() }

  /// Reads one character, the state going on from the one before.
  public func read(_ character: Int32) {
    precondition((0..<Int32(model.configuration.vocabularySize)).contains(character), "no such character")
    withUnsafePointer(to: character) { pointer in
      let pass = RecurrentPass(
        kernels: model.kernels, layout: model.layout, parameters: model.parameters, transposes: nil,
        workspace: workspace, characters: pointer, stepCount: 1)
      pass.forward(rows: 0..<1)
      pass.computeLogits(step: 0, rows: 0..<1)
    }
    workspace.carryState(afterSteps: 1)
  }

  /// Draws the next character from softmax(logits / temperature); 0 takes the most likely one.
  ///
  /// - Precondition: A character was read.
  public func draw(temperature: Double, using random: inout RandomGenerator) -> Int32 {
    let count = model.configuration.vocabularySize
    let logits = workspace.logits.elements.prefix(count)
    guard temperature > 0 else {
      return Int32(logits.indices.max { logits[$0] < logits[$1] } ?? 0)
    }
    probabilities.copy(from: workspace.logits)
    let blocks = workspace.logitBlocks
    model.kernels.softmax(
      BlockedRows(probabilities.pointer, blocks, rows: 1, firstRow: 0, firstGate: 0, gateCount: 1), 0, count,
      Float(min(1 / temperature, 1e6)))
    // The sum is 1 only to rounding, so what is drawn is a share of the sum itself.
    let sum = probabilities.elements.prefix(count).reduce(0.0) { $0 + Double($1) }
    var rest = Double(random.nextUnit()) * sum
    var last = 0
    for (index, probability) in probabilities.elements.prefix(count).enumerated() where probability > 0 {
      last = index
      rest -= Double(probability)
      if rest < 0 { break }
    }
    return Int32(last)
  }
}
