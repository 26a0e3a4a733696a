import GradientChecking
import KernelTemplates
import ReferenceModel
import Testing

@testable import RandomNumbers
@testable import RecurrentEngine
@testable import RecurrentModel
@testable import Safetensors
@testable import SystemCalls
@testable import TextCorpus

/// Tests of the gradient flow against scalar Double, position by position.
struct GradientFlowTests {
  private static let lagCount = 7

  /// Returns random letters, each at least once.
  private static func text(_ letters: String, count: Int) -> String {
    var random = RandomGenerator(seed: 8)
    let letters = Array(letters)
    return String(letters) + String((0..<count).map { _ in letters[random.next(below: letters.count)] })
  }

  @Test(arguments: RecurrentCell.allCases, Variant.allCases)
  func normsAreThoseOfTheReference(cell: RecurrentCell, variant: Variant) throws {
    let corpus = try Corpus(sources: [.text(Self.text("abcde", count: 55))])
    let models = try availableKernels.map {
      try makeModel(cell, variant, vocabulary: 5, hidden: 20, layers: 2, kernels: $0)
    }
    // More than one batch; the last one is not full.
    let positionCount = variant == .plain ? 35 : 5
    let measurement = GradientFlowMeasurement(
      models[0].configuration, corpus: corpus, lagCount: Self.lagCount, positionCount: positionCount, threadCount: 2)
    let steps = Self.lagCount + 1
    #expect(measurement.positions.count == positionCount)
    #expect(measurement.positions.allSatisfy { (2 * steps..<60).contains($0) })

    let reference = try models[0].makeReference()
    let ids = try Self.ids(of: corpus)
    var expected = Expectation(models[0].configuration)
    for position in measurement.positions {
      let context = chunk(ids[position - 2 * steps..<position - steps], target: nil)
      let (_, states) = reference.loss(of: context, from: reference.makeZeroStates(batchSize: 1))
      let window = chunk(ids[position - steps..<position], target: ids[position])
      expected.add(reference.gradients(of: window, from: states).states)
    }
    for model in models {
      expected.expect(try measurement.flow(of: model), "\(cell) \(variant) \(model.kernelName)")
    }
  }

  /// No gradient crosses the start of a line; each lag averages over the positions with that many preceding characters.
  @Test(arguments: RecurrentCell.allCases)
  func linesAreSequences(cell: RecurrentCell) throws {
    let lines = (0..<30).map { Self.text("bcd", count: 2 + $0 % 3) }
    let corpus = try Corpus(sources: [.text(lines.joined(separator: "\n"))], records: .newline)
    let model = try LanguageModel(
      cell: cell, hiddenSize: 9, layerCount: 2, vocabulary: corpus.vocabulary, initialization: Initialization(seed: 4))
    let reference = try model.makeReference()
    let ids = try Self.ids(of: corpus)
    let measurement = GradientFlowMeasurement(
      model.configuration, corpus: corpus, lagCount: Self.lagCount, positionCount: 40,
      threadCount: 2)
    var expected = Expectation(model.configuration)
    for position in measurement.positions {
      let start = try #require(ids[..<position].lastIndex(of: 0), "a line feed")
      let line = chunk(ids[start..<position], target: ids[position])
      expected.add(reference.gradients(of: line, from: reference.makeZeroStates(batchSize: 1)).states)
    }
    let flow = try measurement.flow(of: model)
    #expect(flow.positionCounts.first == 40 && flow.positionCounts.last.map { $0 < 40 } == true)
    expected.expect(flow, "\(cell)")
  }

  @Test(arguments: RecurrentCell.allCases)
  func threadsChangeNoBit(cell: RecurrentCell) throws {
    let corpus = try Corpus(sources: [.text(Self.text("abcde", count: 95))])
    let model = try makeModel(cell, vocabulary: 5, hidden: 20, layers: 2)
    let flows = try [1, 2, 3].map { threads in
      try GradientFlowMeasurement(
        model.configuration, corpus: corpus, lagCount: 9, positionCount: 50, threadCount: threads
      ).flow(of: model)
    }
    #expect(flows[1] == flows[0] && flows[2] == flows[0])
  }

  /// A second measurement with the same memory gives the same result.
  @Test func measuringLeavesNothingBehind() throws {
    let corpus = try Corpus(sources: [.text(Self.text("abcde", count: 95))])
    let model = try makeModel(.lstm(), vocabulary: 5, hidden: 20, layers: 1)
    let other = try makeModel(.lstm(), vocabulary: 5, hidden: 20, layers: 1, seed: 2)
    let measurement = GradientFlowMeasurement(
      model.configuration, corpus: corpus, lagCount: 9, positionCount: 50, threadCount: 2)
    let first = try measurement.flow(of: model)
    #expect(try measurement.flow(of: other) != first)
    #expect(try measurement.flow(of: model) == first)
  }

  @Test func aTextThatIsJustLongEnough() throws {
    let count = GradientFlowMeasurement.characterCount(forLags: 4)
    let corpus = try Corpus(sources: [.text(Self.text("ab", count: count - 2))])
    #expect(corpus.characterCount == count)
    let model = try makeModel(.rnn(), vocabulary: 2, hidden: 3, layers: 1)
    let measurement = GradientFlowMeasurement(
      model.configuration, corpus: corpus, lagCount: 4, positionCount: 512, threadCount: 2)
    #expect(measurement.positions == [count - 1])
    #expect(try measurement.flow(of: model).positionCounts == [1, 1, 1, 1, 1])
  }

  // MARK: Expectation

  /// Norms of the reference, summed over positions.
  private struct Expectation {
    private let stateCount: Int
    private let layerCount: Int
    private var sums: [[Double]]  // (layer and state, lag)
    private var counts: [Int] = []  // (lag)

    init(_ configuration: ModelConfiguration) {
      stateCount = configuration.cell.stateCount
      layerCount = configuration.layerCount
      sums = Array(repeating: [], count: stateCount * layerCount)
    }

    /// - Parameter states: (step, layer, 1). The last step has lag 0.
    mutating func add(_ states: [[[CellState]]]) {
      for (lag, ofStep) in states.reversed().prefix(GradientFlowTests.lagCount + 1).enumerated() {
        if counts.count == lag {
          counts.append(0)
          for index in sums.indices { sums[index].append(0) }
        }
        counts[lag] += 1
        for (layer, state) in ofStep.enumerated() {
          for (offset, vector) in [state[0].h, state[0].c].prefix(stateCount).enumerated() {
            sums[layer * stateCount + offset][lag] += vector.values.reduce(0) { $0 + $1 * $1 }.squareRoot()
          }
        }
      }
    }

    func expect(_ flow: GradientFlow, _ place: String) {
      #expect(flow.positionCounts == counts, "\(place)")
      #expect(flow.curves.count == sums.count)
      for (index, curve) in flow.curves.enumerated() {
        #expect(curve.layer == index / stateCount)
        #expect(curve.quantity == (index % stateCount == 0 ? .hidden : .cell))
        let norms = zip(sums[index], counts).map { $0 / Double($1) }
        #expect(curve.norms.count == norms.count)
        for (lag, (found, norm)) in zip(curve.norms, norms).enumerated() {
          #expect(abs(found - norm) <= 1e-4 * norm + 1e-8, "\(place), layer \(curve.layer), lag \(lag)")
        }
      }
    }
  }

  private static func ids(of corpus: Corpus) throws -> [Int] {
    var ids = [Int32](repeating: 0, count: corpus.characterCount)
    let reader = try corpus.makeReader(at: 0)
    try ids.withUnsafeMutableBufferPointer { try reader.read(into: $0) }
    return ids.map(Int.init)
  }

  /// - Parameter target: The target of the last step; all others are ignored.
  private func chunk(_ inputs: ArraySlice<Int>, target: Int?) -> ReferenceModel.Chunk {
    ReferenceModel.Chunk(
      inputs: inputs.map { [$0] }, targets: inputs.indices.map { $0 == inputs.endIndex - 1 ? [target] : [nil] })
  }
}
