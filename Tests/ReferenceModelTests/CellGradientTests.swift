import RecurrentCells
import ReferenceModel
import Testing

/// Tests of one step of one cell against central differences of a loss that weights every element of the new state.
struct CellGradientTests {
  static let inputSize = 3
  static let hiddenSize = 4

  @Test(arguments: RecurrentCell.allCases, [false, true])
  func gradientsOfOneStep(cell: RecurrentCell, isNormalized: Bool) {
    var numbers = Numbers(seed: 5)
    check(cell.cellType(isNormalized: isNormalized), .vector(numbers.vector(Self.inputSize)))
    check(cell.cellType(isNormalized: isNormalized), .character(1))
  }

  /// Returns all vectors among the parameters.
  private func vectors<Cell: ReferenceCell>(of _: Cell.Type) -> [(name: String, path: WritableKeyPath<Cell, Vector>)] {
    let ofGates = Cell.gates.flatMap { gate in
      [gate.b, gate.recurrentBias, gate.gains?.gW, gate.gains?.gU].compactMap { $0 }.map {
        ("vector of \(gate.name)", $0)
      }
    }
    let ofState = Cell.normalizationOfState.map { [("gc", $0.gain), ("bc", $0.bias)] } ?? []
    return ofGates + ofState + Cell.peepholes.map { ("p.\($0.name)", $0.p) }
  }

  private func check<Cell: ReferenceCell>(_: Cell.Type, _ x: CellInput) {
    var numbers = Numbers(seed: 6)
    var cell = Cell(inputSize: Self.inputSize, hiddenSize: Self.hiddenSize)
    for gate in Cell.gates {
      cell[keyPath: gate.W] = numbers.matrix(Self.inputSize, Self.hiddenSize)
      cell[keyPath: gate.U] = numbers.matrix(Self.hiddenSize, Self.hiddenSize)
    }
    for (_, path) in vectors(of: Cell.self) { cell[keyPath: path] = numbers.vector(Self.hiddenSize) }
    let previous = numbers.state(like: cell.zeroState)
    let weights = numbers.state(like: cell.zeroState)

    func loss(_ cell: Cell, _ x: CellInput, _ previous: CellState) -> Double {
      let state = cell.forward(x, previous).state
      return zip(state.h.values + state.c.values, weights.h.values + weights.c.values).reduce(0) { $0 + $1.0 * $1.1 }
    }

    var gradient = Cell(inputSize: Self.inputSize, hiddenSize: Self.hiddenSize)
    let cache = cell.forward(x, previous).cache
    let (dx, dPrevious) = cell.backward(weights, cache, addingTo: &gradient)

    for gate in Cell.gates {
      for (name, path) in [("W", gate.W), ("U", gate.U)] {
        let matrix = cell[keyPath: path]
        let numerical = matrix.values.indices.map { index in
          slope { offset in
            var nearby = cell
            let values = adding(offset, to: matrix.values, at: index)
            nearby[keyPath: path] = Matrix(rows: matrix.rows, columns: matrix.columns, values: values)
            return loss(nearby, x, previous)
          }
        }
        expectGradient(gradient[keyPath: path].values, numerical, "\(Cell.self) \(name).\(gate.name)")
      }
    }
    for (name, path) in vectors(of: Cell.self) {
      let vector = cell[keyPath: path].values
      let numerical = vector.indices.map { index in
        slope { offset in
          var nearby = cell
          nearby[keyPath: path] = Vector(adding(offset, to: vector, at: index))
          return loss(nearby, x, previous)
        }
      }
      expectGradient(gradient[keyPath: path].values, numerical, "\(Cell.self) \(name)")
    }

    let hNumerical = previous.h.values.indices.map { index in
      slope { loss(cell, x, CellState(h: Vector(adding($0, to: previous.h.values, at: index)), c: previous.c)) }
    }
    expectGradient(dPrevious.h.values, hNumerical, "\(Cell.self) h′")

    let cNumerical = previous.c.values.indices.map { index in
      slope { loss(cell, x, CellState(h: previous.h, c: Vector(adding($0, to: previous.c.values, at: index)))) }
    }
    #expect(dPrevious.c.count == cell.zeroState.c.count)
    expectEqual(dPrevious.c.values, cNumerical, relative: 1e-6, "\(Cell.self) c′")

    // The gradient of a character is that of its one-hot vector.
    let xValues = vectorValues(x)
    let xNumerical = xValues.indices.map { index in
      slope { loss(cell, .vector(Vector(adding($0, to: xValues, at: index))), previous) }
    }
    expectGradient(dx.values, xNumerical, "\(Cell.self) x")
  }

  private func expectGradient(_ analytic: [Double], _ numerical: [Double], _ what: String) {
    #expect(numerical.contains { abs($0) > 1e-3 }, "\(what) has no influence")
    expectEqual(analytic, numerical, relative: 1e-6, what)
  }

  private func adding(_ offset: Double, to values: [Double], at index: Int) -> [Double] {
    var values = values
    values[index] += offset
    return values
  }

  private func vectorValues(_ x: CellInput) -> [Double] {
    switch x {
    case .vector(let x): x.values
    case .character(let character): (0..<Self.inputSize).map { $0 == character ? 1 : 0 }
    }
  }
}
