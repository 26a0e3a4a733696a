import GradientChecking
import KernelTemplates
import Testing

@testable import RandomNumbers
@testable import RecurrentEngine
@testable import RecurrentModel
@testable import ReferenceModel
@testable import Safetensors
@testable import SystemCalls
@testable import TextCorpus

/// Tests of the gates and states after each character against scalar Double.
struct ActivationPassTests {
  private static func corpus(count: Int) throws -> Corpus {
    var random = RandomGenerator(seed: 8)
    let letters = Array("abcde")
    return try Corpus(
      sources: [.text("abcde" + String((5..<count).map { _ in letters[random.next(below: letters.count)] }))])
  }

  @Test(arguments: RecurrentCell.allCases, Variant.allCases.filter { $0.connection == .plain })
  func valuesAreThoseOfTheReference(cell: RecurrentCell, variant: Variant) throws {
    let model = try makeModel(cell, variant, vocabulary: 5, hidden: 20, layers: 2)
    let isNormalized = variant.normalization != nil
    try expectTheReference(
      model, cell.cellType(isNormalized: isNormalized), tolerance: isNormalized ? 1e-4 : 2e-5,
      "\(cell) \(variant)")
  }

  /// More characters than a chunk has, and not the whole text.
  private func expectTheReference<Cell: ReferenceCell>(
    _ model: LanguageModel, _: Cell.Type, tolerance: Double, _ place: String
  ) throws {
    var tensors: PyTorchTensors = [:]
    for tensor in model.pyTorchTensors { tensors[tensor.name] = (tensor.shape, tensor.elements.map(Double.init)) }
    let reference = try ReferenceLanguageModel<Cell>(pyTorchTensors: tensors, connection: .plain)
    var states = reference.layers.map(\.zeroState)
    let pass = try ActivationPass(model, corpus: Self.corpus(count: 170), characterCount: 150)
    #expect(pass.characterCount == 150)
    var errors: [String: Double] = [:]
    var read = 0
    var previous: Int?
    while try pass.next() {
      #expect(pass.characters.lowerBound == read)
      for index in pass.characters {
        let id = Int(pass.id(at: index))
        #expect((pass.cost(at: index) == nil) == (index == 0))
        if let previous, let cost = pass.cost(at: index) {
          let output = states[1].h
          let weights = reference.shape.isTied ? reference.embeddings.transposed : reference.outputWeights
          let loss = crossEntropy(output * weights + reference.outputBias, target: id, smoothing: 0)
          errors["cost", default: 0] = max(errors["cost"] ?? 0, abs(Double(cost) - loss))
          #expect(previous < 5)
        }
        previous = id
        var x = reference.shape.embeddingSize == nil ? CellInput.character(id) : .vector(reference.embeddings.row(id))
        for layer in 0..<2 {
          let (state, cache) = reference.layers[layer].forward(x, states[layer])
          states[layer] = state
          x = .vector(state.h)
          for activation in model.configuration.cell.activations {
            let expected: Vector
            switch activation {
            case .hidden: expected = state.h
            case .cell: expected = state.c
            case .gate(let role):
              let gates = model.configuration.cell.description.groups.flatMap(\.gates)
              let gate = try #require(gates.first { $0.role == role })
              let letter = Cell.gates[gate.pyTorchIndex].name
              expected = try #require(Mirror(reflecting: cache).descendant("gates", letter) as? Vector)
            }
            let found = pass.values(activation, layer: layer, at: index)
            #expect(found.count == 20 && expected.count == 20)
            // Relative to 1 or more, because a cell state without forgetting is unbounded.
            let error = zip(found, expected.values).reduce(0) { max($0, abs(Double($1.0) - $1.1) / max(1, abs($1.1))) }
            errors[activation.name] = max(errors[activation.name] ?? 0, error)
          }
        }
      }
      read = pass.characters.upperBound
    }
    #expect(read == 150)
    #expect(errors.count == model.configuration.cell.activations.count + 1)
    for (name, error) in errors { #expect(error < tolerance, "\(name) of \(place)") }
  }

  /// Every line starts from the same state, including the first.
  @Test(arguments: RecurrentCell.allCases)
  func equalLinesAreEqual(cell: RecurrentCell) throws {
    let corpus = try Corpus(sources: [.text(String(repeating: "abcab\n", count: 30))], records: .newline)
    let model = try LanguageModel(
      cell: cell, hiddenSize: 9, layerCount: 2, vocabulary: corpus.vocabulary, initialization: Initialization(seed: 4))
    let pass = try ActivationPass(model, corpus: corpus, characterCount: .max)
    var first: [[Float]] = []
    while try pass.next() {
      for index in pass.characters {
        let values =
          try [#require(pass.cost(at: index))]
          + (0..<2).flatMap { layer in
            model.configuration.cell.activations.flatMap { pass.values($0, layer: layer, at: index) }
          }
        // A line feed ends a line, and the next one starts.
        if first.count < 6 { first.append(values) } else { #expect(values == first[index % 6], "\(index)") }
      }
    }
    #expect(first.count == 6)
    #expect(first[0] != first[3], "the same letter at different positions")
    let whole = try EvaluationPass(model, corpus: corpus, part: .all(of: corpus), threadCount: 1)
    var sum = 0.0
    while let losses = try whole.next() { sum += losses.reduce(0.0) { $0 + Double($1) } }
    #expect(abs(sum / 30 - first.reduce(0.0) { $0 + Double($1[0]) }) < 1e-3)
  }

  @Test(arguments: RecurrentCell.allCases, [Variant.plain, .embedding, .normalizedTied])
  func forcedGatesHaveTheirValueEverywhere(cell: RecurrentCell, variant: Variant) throws {
    let model = try makeModel(cell, variant, vocabulary: 5, hidden: 20, layers: 2)
    let before = Array(model.parameters.elements)
    for role in GateRole.allCases where role.isShare {
      for value in [0, 0.25, 1] {
        guard let forced = model.forcing(role, to: value) else {
          #expect(!cell.gates.contains(role))
          continue
        }
        let pass = try ActivationPass(forced, corpus: Self.corpus(count: 100), characterCount: 100)
        let plain = try ActivationPass(model, corpus: Self.corpus(count: 100), characterCount: 100)
        while try pass.next(), try plain.next() {
          for index in pass.characters {
            for layer in 0..<2 {
              let values = pass.values(.gate(role), layer: layer, at: index)
              #expect(values.allSatisfy { abs(Double($0) - value) < 1e-6 }, "\(role) \(value)")
              // At the first character, the other gates of the first layer have the same inputs.
              guard index == 0, layer == 0 else { continue }
              // Except the candidate of the GRU, to which r passes more or less of the bias of h′U.
              for other in cell.gates where other != role && (role != .reset || other != .candidate) {
                // With peepholes, the output gate depends on the new cell state.
                if other == .output, cell.description.peepholeCount > 0 { continue }
                let pairs = zip(
                  pass.values(.gate(other), layer: 0, at: 0), plain.values(.gate(other), layer: 0, at: 0))
                // Two logistic functions share a division, so a change of one may change the rounding of the other.
                #expect(pairs.allSatisfy { abs($0 - $1) < 1e-6 }, "\(other)")
              }
            }
          }
        }
        #expect(pass.characters.upperBound == 100)
      }
    }
    #expect(Array(model.parameters.elements) == before)
  }

  /// c = f∘c′ + i∘g and h = o∘tanh(c) hold for every forced gate.
  @Test func theEquationsHoldWithForcedGates() throws {
    let model = try makeModel(.lstm(), vocabulary: 5, hidden: 20, layers: 2)
    for (role, value) in [(GateRole.forget, 0.0), (.input, 1), (.output, 0.5), (.forget, 1)] {
      let forced = try #require(model.forcing(role, to: value))
      let pass = try ActivationPass(forced, corpus: Self.corpus(count: 40), characterCount: 40)
      var previous = [[Float](repeating: 0, count: 20), [Float](repeating: 0, count: 20)]
      #expect(try pass.next())
      for index in pass.characters {
        for layer in 0..<2 {
          let values = model.configuration.cell.activations.map { pass.values($0, layer: layer, at: index) }
          for unit in 0..<20 {
            let (i, f, g, o) = (values[0][unit], values[1][unit], values[2][unit], values[3][unit])
            let (c, h) = (values[4][unit], values[5][unit])
            #expect(abs(c - (f * previous[layer][unit] + i * g)) < 1e-5)
            #expect(abs(h - o * Float(tanh(Vector([Double(c)]))[0])) < 1e-5)
          }
          previous[layer] = values[4]
        }
      }
    }
  }
}
