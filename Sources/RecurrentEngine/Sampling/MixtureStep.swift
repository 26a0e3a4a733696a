internal import KernelTemplates
internal import SystemCalls

/// A generation step of each model of a mixture, whose probabilities are mixed in the logits of the first one.
///
/// A single model uses all threads. Several models have a thread each, as far as there are enough.
final class MixtureStep {
  private let steps: [GenerationStep]
  private let weights: [Double]
  private let executor: ParallelExecutor?
  private let rows: [CharacterRow]

  init(_ mixture: ModelMixture, batchSize: Int, threadLimit: Int) {
    weights = mixture.weights
    guard mixture.models.count > 1 else {
      let network = mixture.models[0].network
      let threadCount = GenerationStep.threadCount(for: network, batchSize: batchSize, atMost: threadLimit)
      (steps, executor, rows) = (
        [GenerationStep(network, batchSize: batchSize, threadCount: threadCount)], nil, []
      )
      return
    }
    steps = mixture.models.map { GenerationStep($0.network, batchSize: batchSize, threadCount: 1) }
    executor = ParallelExecutor(threadCount: min(threadLimit, steps.count))
    rows = mixture.models.map { CharacterRow($0.network) }
  }

  static func afterReading(
    _ characters: some Sequence<Int32>, _ mixture: ModelMixture, threadLimit: Int
  ) -> MixtureStep {
    let step = MixtureStep(mixture, batchSize: 1, threadLimit: threadLimit)
    for character in characters { step.read(CollectionOfOne(character)) }
    return step
  }

  /// The workspace with the mixed logits.
  var workspace: Workspace { steps[0].workspace }
  /// The number of threads that call the function given to ``advance(then:)``.
  var threadCount: Int { executor == nil ? steps[0].threadCount : 1 }
  /// The token IDs that ``advance(then:)`` reads. (row)
  var characters: BufferView<Int32> { steps[0].characters }

  func reset() {
    for step in steps { step.reset() }
  }

  /// Copies the states of the only row of `other` to every row.
  func copyState(from other: MixtureStep) {
    for (step, otherStep) in zip(steps, other.steps) { step.copyState(from: otherStep) }
  }

  /// The state of the only row of each model.
  var states: [[Float]] { steps.map(\.state) }

  /// Replaces the state of the only row of each model.
  func setStates(_ states: [[Float]]) {
    for (step, state) in zip(steps, states) { step.state = state }
  }

  /// Replaces the states of each row by those of row `sources[row]`.
  func rearrangeStates(_ sources: [Int]) {
    for step in steps { step.rearrangeStates(sources) }
  }

  /// Reads one character in each row.
  func read(_ characters: some Sequence<Int32>) {
    for (row, character) in characters.enumerated() { self.characters[row] = character }
    advance()
  }

  /// Reads ``characters``; when all logits are computed, each thread calls `finish`.
  func advance(then finish: GenerationStep.Finish? = nil) {
    guard let executor else { return steps[0].advance(then: finish) }
    for step in steps.dropFirst() { step.characters.copy(from: characters) }
    executor.run(steps.count) { [steps] in steps[$0].advance() }
    for row in 0..<workspace.batchSize { mixLogits(row: row) }
    finish?(0)
  }

  /// Replaces the logits of the first model by the logarithms of the mixed probabilities.
  private func mixLogits(row index: Int) {
    for (step, row) in zip(steps, rows) {
      row.load(index, of: step.workspace)
      row.applySoftmax(temperature: 1)
    }
    let mixed = rows[0].elements
    for character in mixed.indices {
      let probability = zip(weights, rows).reduce(0.0) { $0 + $1.0 * Double($1.1.elements[character]) }
      mixed[character] = Float(Mathematics.logarithm(max(probability, Double(Float.leastNormalMagnitude))))
    }
    rows[0].store(index, in: workspace)
  }
}
