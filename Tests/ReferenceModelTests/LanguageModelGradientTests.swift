import RecurrentCells
import ReferenceModel
import Testing

/// Tests of the loss of a chunk against central differences, for every parameter and every initial state.
struct LanguageModelGradientTests {
  static let chunk = Chunk(
    inputs: [[0, 4], [3, 1], [3, 2], [1, 0]],
    targets: [[3, 1], [3, nil], [1, 0], [2, 4]])

  @Test(arguments: RecurrentCell.allCases, [2, 3])
  func gradientsOfChunk(cell: RecurrentCell, layerCount: Int) {
    check(makeModel(cell, vocabularySize: 5, hiddenSize: 3, layerCount: layerCount))
  }

  @Test(arguments: RecurrentCell.allCases)
  func gradientsWithRegularization(cell: RecurrentCell) {
    let factors = (0..<2).map { layer in
      (0..<4).map { step in
        (0..<2).map { row in Vector((0..<3).map { (layer + step * row + $0) % 3 == 0 ? 0 : 1.5 }) }
      }
    }
    for embeddingSize in [nil, 4] {
      check(
        makeModel(cell, vocabularySize: 5, hiddenSize: 3, layerCount: 2, embeddingSize: embeddingSize),
        Regularization(
          outputFactors: factors, inputFactors: [[2, 1.5], [0, 2], [2, 0.5], [1, 2]], labelSmoothing: 0.2,
          temporal: 1.3))
    }
  }

  @Test(arguments: RecurrentCell.allCases)
  func gradientsOfEmbeddings(cell: RecurrentCell) {
    check(makeModel(cell, vocabularySize: 5, hiddenSize: 3, layerCount: 2, embeddingSize: 4))
    check(makeModel(cell, vocabularySize: 5, hiddenSize: 3, layerCount: 2, embeddingSize: 3, isTied: true))
  }

  @Test(arguments: RecurrentCell.allCases)
  func gradientsOfLayerNormalization(cell: RecurrentCell) {
    check(makeModel(cell, vocabularySize: 5, hiddenSize: 4, layerCount: 2, isNormalized: true), step: 5e-5)
    check(
      makeModel(
        cell, vocabularySize: 5, hiddenSize: 4, layerCount: 2, embeddingSize: 4, isTied: true, isNormalized: true),
      step: 5e-5)
  }

  static let connections = [Connection.residual, .leaky(0.3), .highway, .gated]

  @Test(arguments: RecurrentCell.allCases, connections)
  func gradientsOfConnections(cell: RecurrentCell, connection: Connection) {
    let factors = (0..<2).map { layer in
      (0..<4).map { step in
        (0..<2).map { row in Vector((0..<3).map { (layer + step * row + $0) % 3 == 0 ? 0 : 1.5 }) }
      }
    }
    check(
      makeModel(cell, vocabularySize: 5, hiddenSize: 3, layerCount: 2, connection: connection),
      Regularization(outputFactors: factors))
  }

  /// The input of one connection is the output of another.
  @Test(arguments: connections)
  func gradientsOfConnectionsAboveEachOther(connection: Connection) {
    check(
      makeModel(
        .rnn(), vocabularySize: 5, hiddenSize: 3, layerCount: 3, embeddingSize: 3, isTied: true, isNormalized: true,
        connection: connection),
      step: 1e-4)
  }

  private func check<Model: ReferenceLanguageModelProtocol>(
    _ model: Model, _ regularization: Regularization = .none, step: Double = 1e-3
  ) {
    let states = makeStates(model, batchSize: 2)
    let loss = { (model: Model, states: [[CellState]]) in
      model.loss(of: Self.chunk, from: states, with: regularization).loss
    }
    let gradient = model.gradients(of: Self.chunk, from: states, with: regularization)

    let parameters = model.parameters
    let analytic = gradient.parameters.parameters
    #expect(analytic.map(\.name) == parameters.map(\.name))
    #expect(analytic.map(\.shape) == parameters.map(\.shape))
    for (position, tensor) in parameters.enumerated() {
      let numerical = tensor.values.indices.map { index in
        slope(step: step) { offset in
          var nearby = model
          var moved = parameters
          moved[position].values[index] += offset
          nearby.parameters = moved
          return loss(nearby, states)
        }
      }
      #expect(numerical.contains { abs($0) > 1e-5 }, "\(tensor.name) has no influence")
      expectEqual(analytic[position].values, numerical, relative: 1e-6, tensor.name)
    }

    var hasInfluence = false
    for layer in states.indices {
      for row in states[layer].indices {
        let state = states[layer][row]
        let found = gradient.initialStates[layer][row]
        let lossOfStates = { loss(model, $0) }
        let h = numericalGradient(lossOfStates, states, layer, row, state.h, step) { CellState(h: $0, c: state.c) }
        let c = numericalGradient(lossOfStates, states, layer, row, state.c, step) { CellState(h: state.h, c: $0) }
        hasInfluence = hasInfluence || h.contains { abs($0) > 1e-5 }
        expectEqual(found.h.values, h, relative: 1e-6, "h0 of layer \(layer), row \(row)")
        expectEqual(found.c.values, c, relative: 1e-6, "c0 of layer \(layer), row \(row)")
      }
    }
  }

  private func numericalGradient(
    _ loss: ([[CellState]]) -> Double, _ states: [[CellState]], _ layer: Int, _ row: Int, _ vector: Vector,
    _ step: Double, _ replacing: (Vector) -> CellState
  ) -> [Double] {
    vector.values.indices.map { index in
      slope(step: step) { offset in
        var values = vector.values
        values[index] += offset
        var moved = states
        moved[layer][row] = replacing(Vector(values))
        return loss(moved)
      }
    }
  }
}
