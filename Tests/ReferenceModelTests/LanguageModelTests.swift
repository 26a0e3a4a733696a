import Foundation
import RecurrentCells
import ReferenceModel
import Testing

struct LanguageModelTests {
  static let inputs = [[0, 4], [3, 1], [3, 2], [1, 0], [2, 2], [4, 3]]
  static let targets: [[Int?]] = [[3, 1], [3, 2], [1, 0], [2, 2], [4, 3], [0, 1]]
  static let chunk = Chunk(inputs: inputs, targets: targets)

  @Test(arguments: RecurrentCell.allCases)
  func longSequenceEqualsItsChunks(cell: RecurrentCell) {
    let model = makeModel(cell, vocabularySize: 5, hiddenSize: 3, layerCount: 2)
    var states = makeStates(model, batchSize: 2)
    let whole = model.loss(of: Self.chunk, from: states)

    var sum = 0.0
    for steps in [0..<2, 2..<3, 3..<6] {
      let part = Chunk(inputs: Array(Self.inputs[steps]), targets: Array(Self.targets[steps]))
      let (loss, finalStates) = model.loss(of: part, from: states)
      sum += loss * Double(part.countedTargets)
      states = finalStates
    }

    expectEqual([sum / Double(Self.chunk.countedTargets)], [whole.loss], "loss")
    #expect(states == whole.finalStates)
    #expect(states != makeStates(model, batchSize: 2))
  }

  @Test(arguments: RecurrentCell.allCases)
  func rowsOfBatchAreIndependent(cell: RecurrentCell) {
    let model = makeModel(cell, vocabularySize: 5, hiddenSize: 3, layerCount: 2)
    let states = makeStates(model, batchSize: 2)
    let both = model.loss(of: Self.chunk, from: states)
    let alone = (0..<2).map { row in
      model.loss(
        of: Chunk(inputs: Self.inputs.map { [$0[row]] }, targets: Self.targets.map { [$0[row]] }),
        from: states.map { [$0[row]] })
    }

    expectEqual([both.loss], [(alone[0].loss + alone[1].loss) / 2], "loss")
    for row in 0..<2 {
      #expect(both.finalStates.map { [$0[row]] } == alone[row].finalStates)
    }
  }

  @Test(arguments: RecurrentCell.allCases)
  func maskedTargetsContributeNothing(cell: RecurrentCell) {
    let model = makeModel(cell, vocabularySize: 5, hiddenSize: 3, layerCount: 2)
    let states = makeStates(model, batchSize: 2)
    // All targets of row 1 are ignored, and all but the first three of row 0.
    let masked = Chunk(
      inputs: Self.inputs,
      targets: Self.targets.enumerated().map { step, row in [step < 3 ? row[0] : nil, nil] })
    let rest = Chunk(inputs: Self.inputs[..<3].map { [$0[0]] }, targets: Self.targets[..<3].map { [$0[0]] })
    let restStates = states.map { [$0[0]] }

    #expect(masked.countedTargets == 3)
    expectEqual(
      [model.loss(of: masked, from: states).loss], [model.loss(of: rest, from: restStates).loss], "loss")

    let found = model.gradients(of: masked, from: states)
    let expected = model.gradients(of: rest, from: restStates)
    for (a, b) in zip(found.parameters.parameters, expected.parameters.parameters) {
      expectEqual(a.values, b.values, a.name)
    }
    expectEqual(flat(found.initialStates.map { [$0[0]] }), flat(expected.initialStates), "initial states")
    #expect(flat(found.initialStates.map { [$0[1]] }).allSatisfy { $0 == 0 })
  }

  @Test(arguments: RecurrentCell.allCases)
  func nothingCountedIsNoLossAndNoGradient(cell: RecurrentCell) {
    let model = makeModel(cell, vocabularySize: 5, hiddenSize: 3, layerCount: 2)
    let states = makeStates(model, batchSize: 2)
    let chunk = Chunk(inputs: Self.inputs, targets: Self.inputs.map { _ in [nil, nil] })

    #expect(model.loss(of: chunk, from: states).loss == 0)
    let gradient = model.gradients(of: chunk, from: states)
    #expect(gradient.parameters.parameters.flatMap(\.values).allSatisfy { $0 == 0 })
    #expect(flat(gradient.initialStates).allSatisfy { $0 == 0 })
  }

  @Test(arguments: RecurrentCell.allCases)
  func zeroModelPredictsEveryCharacterAlike(cell: RecurrentCell) {
    var model = makeModel(cell, vocabularySize: 5, hiddenSize: 3, layerCount: 2)
    model.parameters = model.parameters.map { tensor in
      var tensor = tensor
      tensor.values = tensor.values.map { _ in 0 }
      return tensor
    }
    let result = model.loss(of: Self.chunk, from: model.makeZeroStates(batchSize: 2))
    expectEqual([result.loss], [log(5)], "loss")
  }

  @Test func hugeLogitsDoNotOverflow() {
    var model = ReferenceLanguageModel<RNNCell<Tanh>>(ReferenceShape(vocabularySize: 3, hiddenSize: 2, layerCount: 1))
    let last = model.parameters.count - 1
    model.parameters[last].values = [1000, 0, -1000]
    let chunk = Chunk(inputs: [[0]], targets: [[1]])
    let states = model.makeZeroStates(batchSize: 1)

    #expect(model.loss(of: chunk, from: states).loss == 1000)
    #expect(model.gradients(of: chunk, from: states).parameters.outputBias == Vector([1, -1, 0]))
  }

  @Test func resetBeforeAndAfterDiffer() throws {
    let after = makeModel(.gru(reset: .after), vocabularySize: 5, hiddenSize: 3, layerCount: 2)
    let before = try RecurrentCell.gru().makeLanguageModel(pyTorchTensors: after.pyTorchTensors())
    let states = makeStates(after, batchSize: 2)

    let difference = after.loss(of: Self.chunk, from: states).loss - before.loss(of: Self.chunk, from: states).loss
    #expect(abs(difference) > 1e-4)
  }

  @Test func parametersAreNamedInOrder() {
    let lstm = ReferenceLanguageModel<LSTMCell>(ReferenceShape(vocabularySize: 5, hiddenSize: 3, layerCount: 1))
    #expect(
      lstm.parameters.map(\.name) == [
        "layers.0.W.i", "layers.0.U.i", "layers.0.b.i", "layers.0.W.f", "layers.0.U.f", "layers.0.b.f",
        "layers.0.W.g", "layers.0.U.g", "layers.0.b.g", "layers.0.W.o", "layers.0.U.o", "layers.0.b.o",
        "output.W", "output.b",
      ])

    let gru = ReferenceLanguageModel<GRUResetAfterCell>(
      ReferenceShape(vocabularySize: 5, hiddenSize: 3, layerCount: 2))
    #expect(
      gru.parameters.map(\.name).filter { $0.hasPrefix("layers.1") } == [
        "layers.1.W.r", "layers.1.U.r", "layers.1.b.r", "layers.1.W.z", "layers.1.U.z", "layers.1.b.z",
        "layers.1.W.ĥ", "layers.1.U.ĥ", "layers.1.b.ĥ", "layers.1.b′.ĥ",
      ])
    #expect(gru.parameters.map(\.shape).suffix(5) == [[3, 3], [3], [3], [3, 5], [5]])
    #expect(gru.parameters[0].shape == [5, 3])
  }
}
