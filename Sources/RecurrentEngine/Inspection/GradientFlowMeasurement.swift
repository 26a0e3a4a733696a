/// A measurement of the ``GradientFlow`` of models with one configuration, at positions spread evenly over a text.
///
/// The context of each position consists of two windows: one for warm-up, and one through which its gradient flows
/// back. Each position gives one exact gradient, without dropout and without truncation.
public final class GradientFlowMeasurement {
  /// The maximum lag, in time steps.
  public let lagCount: Int
  /// The indices of the characters whose predictions are measured.
  let positions: [Int]
  private let corpus: Corpus
  /// The end mark if each record is a separate sequence; nil otherwise.
  private let endMark: Int32?
  private let workspace: Workspace
  private let transposes: TransposedWeights
  private let norms: StateGradientNorms
  private let executor: ParallelExecutor

  /// The maximum number of positions that are measured in parallel.
  static let mostRows = 32

  /// Returns the minimum length of a text with a position to measure.
  public static func characterCount(forLags lagCount: Int) -> Int { 2 * stepCount(forLags: lagCount) + 1 }

  private static func stepCount(forLags lagCount: Int) -> Int { lagCount + 1 }

  /// Creates a measurement and allocates its buffers.
  ///
  /// - Parameters:
  ///   - configuration: The sizes of the model.
  ///   - corpus: A text with the models' vocabulary, of at least ``characterCount(forLags:)`` characters.
  ///   - lagCount: The maximum lag, at least 1.
  ///   - positionCount: The number of positions; all possible ones if the text has fewer.
  ///   - threadCount: The number of threads; the results do not depend on it.
  public init(
    _ configuration: ModelConfiguration, corpus: Corpus, lagCount: Int, positionCount: Int, threadCount: Int
  ) {
    precondition(lagCount > 0 && positionCount > 0, "there is a lag, and a position")
    precondition(corpus.characterCount >= Self.characterCount(forLags: lagCount), "the text is too short")
    self.lagCount = lagCount
    self.corpus = corpus
    let stepCount = Self.stepCount(forLags: lagCount)
    let predictable = (0..<corpus.characterCount).dropFirst(2 * stepCount)
    positions = predictable.divided(into: min(positionCount, predictable.count)).map(\.lowerBound)
    endMark = corpus.vocabulary.endMark
    let rowCount = min(positions.count, Self.mostRows)
    workspace = Workspace(
      configuration, batchSize: rowCount, stepCapacity: stepCount, purpose: .training, holdsSequences: endMark != nil)
    transposes = TransposedWeights(ParameterLayout(configuration))
    norms = StateGradientNorms(workspace)
    executor = ParallelExecutor(threadCount: min(threadCount, rowCount))
  }

  /// Measures the gradient flow of a model, which must have the measurement's configuration and the text's vocabulary.
  ///
  /// - Throws: `CorpusError.readFailed` or `.changed`.
  public func flow(of model: LanguageModel) throws(CorpusError) -> GradientFlow {
    precondition(model.configuration == workspace.configuration, "the model has another shape")
    let model = model.widened()
    transposes.pack(model.parameters, kernels: model.kernels, executor: executor)
    var sums = [Double](repeating: 0, count: norms.stateCount * (lagCount + 1))  // (state, lag)
    var counts = [Int](repeating: 0, count: lagCount + 1)
    for first in stride(from: 0, to: positions.count, by: workspace.batchSize) {
      let batch = positions[first..<min(first + workspace.batchSize, positions.count)]
      let (context, window) = try chunks(before: batch)
      model.beginLines(in: workspace)
      run(model, context, goesBack: false)
      workspace.carryState(afterSteps: context.stepCount)
      run(model, window, goesBack: true)
      for row in 0..<batch.count {
        // States before the start of its record do not affect the loss.
        let reach = lagsOfRecord(window, row: row)
        for lag in 0...reach {
          counts[lag] += 1
          for state in 0..<norms.stateCount {
            sums[state * (lagCount + 1) + lag] += norms[state, step: lagCount - lag, row: row]
          }
        }
      }
    }
    return flow(sums, counts)
  }

  private func flow(_ sums: [Double], _ counts: [Int]) -> GradientFlow {
    let reached = counts.prefix { $0 > 0 }
    let curves = (0..<norms.stateCount).map { state in
      let (layer, quantity) = norms.state(state)
      let norms = reached.indices.map { sums[state * (lagCount + 1) + $0] / Double(reached[$0]) }
      return GradientFlow.Curve(layer: layer, quantity: quantity, norms: norms)
    }
    return GradientFlow(curves: curves, positionCounts: Array(reached))
  }

  // MARK: Reading

  /// Reads the context of some positions: the first window for warm-up, and the second, whose last step predicts the
  /// character at the position. Unused rows repeat the last position.
  private func chunks(before positions: ArraySlice<Int>) throws(CorpusError) -> (context: Chunk, window: Chunk) {
    let stepCount = lagCount + 1
    let rowCount = workspace.batchSize
    var characters: [[Int32]] = []  // (row, step)
    for position in positions {
      let reader = try corpus.makeReader(at: position - 2 * stepCount)
      var ids = [Int32](repeating: 0, count: 2 * stepCount + 1)
      try ids.withUnsafeMutableBufferPointer { buffer throws(CorpusError) in try reader.read(into: buffer) }
      characters.append(ids)
    }
    while let last = characters.last, characters.count < rowCount { characters.append(last) }

    func chunk(_ steps: Range<Int>, isWindow: Bool) -> Chunk {
      let inputs = steps.flatMap { step in characters.map { $0[step] } }
      var targets = [Int32](repeating: Chunk.ignoredTarget, count: inputs.count)
      if isWindow {
        for row in 0..<rowCount { targets[(stepCount - 1) * rowCount + row] = characters[row][steps.upperBound] }
      }
      return Chunk(
        stepCount: stepCount, batchSize: rowCount, inputs: inputs, targets: targets,
        sequenceStarts: endMark.map { mark in inputs.map { $0 == mark } } ?? [], isFirstOfEpoch: !isWindow)
    }
    return (chunk(0..<stepCount, isWindow: false), chunk(stepCount..<2 * stepCount, isWindow: true))
  }

  /// Returns the number of lags up to the start of the line that contains the last step of a row.
  private func lagsOfRecord(_ window: Chunk, row: Int) -> Int {
    let starts = window.sequenceStarts
    guard !starts.isEmpty else { return lagCount }
    return (0...lagCount).first { starts[(lagCount - $0) * window.batchSize + row] } ?? lagCount
  }

  // MARK: Computing

  private func run(_ model: LanguageModel, _ chunk: Chunk, goesBack: Bool) {
    workspace.load(chunk)
    var pass = RecurrentPass(model.network, workspace, transposes: transposes, stepCount: chunk.stepCount)
    pass.stateGradientNorms = norms
    executor.runOnShares(of: 0..<workspace.batchSize) { [pass] rows in
      let share = PassShare(rows: rows)
      pass.forward(share)
      guard goesBack else { return }
      // The gradient of each row's own loss, not of their mean.
      pass.computeLosses(scale: 1, share)
      pass.backward(share)
    }
  }
}
