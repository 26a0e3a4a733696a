import Foundation
import RecurrentCells
import ReferenceModel
import Testing

/// Tests of one step of two units on one input, against the equations written out for each unit.
struct OneStepTests {
  static let x = 0.5
  static let h = [0.3, -0.6]  // h′
  static let c = [0.9, -0.4]  // c′

  // Parameters of three or four gates, in their order.
  static let w = [[0.7, -0.2], [0.1, 0.4], [-0.5, 0.6], [0.3, 0.8]]
  static let u = [
    [[0.2, -0.3], [0.5, 0.1]], [[-0.4, 0.6], [0.7, -0.1]], [[0.9, 0.2], [-0.8, 0.3]], [[0.1, -0.7], [0.4, 0.5]],
  ]  // (gate, from unit, to unit)
  static let b = [[0.05, -0.15], [0.25, 0.35], [-0.45, 0.55], [0.65, -0.75]]

  let previous = CellState(h: Vector(Self.h))

  @Test func rnn() {
    var cell = RNNCell<Tanh>(inputSize: 1, hiddenSize: 2)
    (cell.W, cell.U, cell.b) = (inputWeights(0), recurrentWeights(0), Vector(Self.b[0]))

    let state = cell.forward(.vector(Vector([Self.x])), previous).state

    let sums: [Double] = [0.5 * 0.7 + 0.3 * 0.2 - 0.6 * 0.5 + 0.05, 0.5 * -0.2 + 0.3 * -0.3 - 0.6 * 0.1 - 0.15]
    expectEqual(state.h.values, sums.map { tanh($0) }, "h")
    #expect(state.c.values.isEmpty)
  }

  @Test func rnnWithReLU() {
    var cell = RNNCell<ReLU>(inputSize: 1, hiddenSize: 2)
    (cell.W, cell.U, cell.b) = (inputWeights(0), recurrentWeights(0), Vector(Self.b[0]))
    let state = cell.forward(.vector(Vector([Self.x])), previous).state
    // The other pre-activation is negative.
    expectEqual(state.h.values, [0.5 * 0.7 + 0.3 * 0.2 - 0.6 * 0.5 + 0.05, 0], "h")
  }

  @Test func lstm() {
    var cell = LSTMCell(inputSize: 1, hiddenSize: 2)
    (cell.W.i, cell.U.i, cell.b.i) = (inputWeights(0), recurrentWeights(0), Vector(Self.b[0]))
    (cell.W.f, cell.U.f, cell.b.f) = (inputWeights(1), recurrentWeights(1), Vector(Self.b[1]))
    (cell.W.g, cell.U.g, cell.b.g) = (inputWeights(2), recurrentWeights(2), Vector(Self.b[2]))
    (cell.W.o, cell.U.o, cell.b.o) = (inputWeights(3), recurrentWeights(3), Vector(Self.b[3]))

    let state = cell.forward(.vector(Vector([Self.x])), CellState(h: Vector(Self.h), c: Vector(Self.c))).state

    let i = ([0.5 * 0.7 + 0.3 * 0.2 - 0.6 * 0.5 + 0.05, -0.1 - 0.09 - 0.06 - 0.15] as [Double]).map { logistic($0) }
    let f = ([0.5 * 0.1 + 0.3 * -0.4 - 0.6 * 0.7 + 0.25, 0.2 + 0.18 + 0.06 + 0.35] as [Double]).map { logistic($0) }
    let g = ([0.5 * -0.5 + 0.3 * 0.9 - 0.6 * -0.8 - 0.45, 0.3 + 0.06 - 0.18 + 0.55] as [Double]).map { tanh($0) }
    let o = ([0.5 * 0.3 + 0.3 * 0.1 - 0.6 * 0.4 + 0.65, 0.4 - 0.21 - 0.3 - 0.75] as [Double]).map { logistic($0) }
    let c = [f[0] * 0.9 + i[0] * g[0], f[1] * -0.4 + i[1] * g[1]]
    expectEqual(state.c.values, c, "c")
    expectEqual(state.h.values, [o[0] * tanh(c[0]), o[1] * tanh(c[1])], "h")
  }

  /// The cell that is written out for readers equals the one composed of its parts.
  @Test func theFormWithAForgetGateIsTheLSTM() {
    var numbers = Numbers(seed: 3)
    var (cell, form) = (LSTMCell(inputSize: 3, hiddenSize: 2), LSTMFormCell<ForgetGate>(inputSize: 3, hiddenSize: 2))
    for (own, other) in zip(LSTMCell.gates, LSTMFormCell<ForgetGate>.gates) {
      (cell[keyPath: own.W], cell[keyPath: own.U]) = (numbers.matrix(3, 2), numbers.matrix(2, 2))
      cell[keyPath: own.b] = numbers.vector(2)
      (form[keyPath: other.W], form[keyPath: other.U]) = (cell[keyPath: own.W], cell[keyPath: own.U])
      form[keyPath: other.b] = cell[keyPath: own.b]
    }
    let (previous, x) = (numbers.state(like: cell.zeroState), CellInput.vector(numbers.vector(3)))
    let weights = numbers.state(like: cell.zeroState)
    let (expected, cache) = cell.forward(x, previous)
    let (state, cacheOfForm) = form.forward(x, previous)
    expectEqual(state.h.values + state.c.values, expected.h.values + expected.c.values, "state")

    var (gradient, gradientOfForm) = (
      LSTMCell(inputSize: 3, hiddenSize: 2), LSTMFormCell<ForgetGate>(inputSize: 3, hiddenSize: 2)
    )
    let (dx, dPrevious) = cell.backward(weights, cache, addingTo: &gradient)
    let found = form.backward(weights, cacheOfForm, addingTo: &gradientOfForm)
    expectEqual(found.dx.values, dx.values, "x")
    expectEqual(
      found.dPrevious.h.values + found.dPrevious.c.values, dPrevious.h.values + dPrevious.c.values, "h′ and c′")
    for (own, other) in zip(LSTMCell.gates, LSTMFormCell<ForgetGate>.gates) {
      expectEqual(gradientOfForm[keyPath: other.W].values, gradient[keyPath: own.W].values, "W.\(own.name)")
      expectEqual(gradientOfForm[keyPath: other.U].values, gradient[keyPath: own.U].values, "U.\(own.name)")
      expectEqual(gradientOfForm[keyPath: other.b].values, gradient[keyPath: own.b].values, "b.\(own.name)")
    }
  }

  /// The input and forget gates depend on the old cell state, and the output gate on the new one.
  @Test func lstmWithPeepholes() {
    var cell = LSTMFormCell<WithPeepholes<ForgetGate>>(inputSize: 1, hiddenSize: 1)
    (cell.p.i, cell.p.f, cell.p.o) = (Vector([0.7]), Vector([-0.4]), Vector([1.3]))
    (cell.b.i, cell.b.f) = (Vector([0.1]), Vector([0.2]))
    (cell.b.g, cell.b.o) = (Vector([-0.5]), Vector([0.3]))
    let state = cell.forward(.vector(Vector([0])), CellState(h: Vector([0]), c: Vector([0.9]))).state
    let c = logistic(0.2 - 0.4 * 0.9) * 0.9 + logistic(0.1 + 0.7 * 0.9) * tanh(-0.5)
    expectEqual(state.c.values, [c], "c")
    expectEqual(state.h.values, [logistic(0.3 + 1.3 * c) * tanh(c)], "h")
  }

  @Test func lstmsWithoutASeparateForgetGate() {
    func state<Form: LSTMForm>(_: Form.Type) -> CellState {
      var cell = LSTMFormCell<Form>(inputSize: 1, hiddenSize: 1)
      (cell.b.i, cell.b.g, cell.b.o) = (Vector([0.1]), Vector([-0.5]), Vector([0.3]))
      return cell.forward(.vector(Vector([0])), CellState(h: Vector([0]), c: Vector([0.9]))).state
    }
    let i = logistic(0.1)
    expectEqual(state(CoupledForgetGate.self).c.values, [(1 - i) * 0.9 + i * tanh(-0.5)], "coupled")
    expectEqual(state(NoForgetGate.self).c.values, [0.9 + i * tanh(-0.5)], "none")
  }

  // Both GRUs: r and z of the gates 0 and 1.
  private let r = [logistic(0.5 * 0.7 + 0.3 * 0.2 - 0.6 * 0.5 + 0.05), logistic(-0.1 - 0.09 - 0.06 - 0.15)]
  private let z = [logistic(0.5 * 0.1 + 0.3 * -0.4 - 0.6 * 0.7 + 0.25), logistic(0.2 + 0.18 + 0.06 + 0.35)]

  @Test func gruResetBefore() {
    var cell = GRUResetBeforeCell(inputSize: 1, hiddenSize: 2)
    (cell.W.r, cell.U.r, cell.b.r) = (inputWeights(0), recurrentWeights(0), Vector(Self.b[0]))
    (cell.W.z, cell.U.z, cell.b.z) = (inputWeights(1), recurrentWeights(1), Vector(Self.b[1]))
    (cell.W.ĥ, cell.U.ĥ, cell.b.ĥ) = (inputWeights(2), recurrentWeights(2), Vector(Self.b[2]))

    let state = cell.forward(.vector(Vector([Self.x])), previous).state

    let candidate0 = tanh(0.5 * -0.5 + r[0] * 0.3 * 0.9 + r[1] * -0.6 * -0.8 - 0.45)
    let candidate1 = tanh(0.5 * 0.6 + r[0] * 0.3 * 0.2 + r[1] * -0.6 * 0.3 + 0.55)
    let h0 = (1 - z[0]) * 0.3 + z[0] * candidate0
    let h1 = (1 - z[1]) * -0.6 + z[1] * candidate1
    expectEqual(state.h.values, [h0, h1], "h")
    #expect(state.c.values.isEmpty)
  }

  @Test func gruResetAfter() {
    var cell = GRUResetAfterCell(inputSize: 1, hiddenSize: 2)
    (cell.W.r, cell.U.r, cell.b.r) = (inputWeights(0), recurrentWeights(0), Vector(Self.b[0]))
    (cell.W.z, cell.U.z, cell.b.z) = (inputWeights(1), recurrentWeights(1), Vector(Self.b[1]))
    (cell.W.ĥ, cell.U.ĥ, cell.b.ĥ) = (inputWeights(2), recurrentWeights(2), Vector(Self.b[2]))
    cell.recurrentBias = Vector([0.15, -0.85])

    let state = cell.forward(.vector(Vector([Self.x])), previous).state

    let candidate0 = tanh(0.5 * -0.5 - 0.45 + r[0] * (0.3 * 0.9 - 0.6 * -0.8 + 0.15))
    let candidate1 = tanh(0.5 * 0.6 + 0.55 + r[1] * (0.3 * 0.2 - 0.6 * 0.3 - 0.85))
    let h0 = (1 - z[0]) * 0.3 + z[0] * candidate0
    let h1 = (1 - z[1]) * -0.6 + z[1] * candidate1
    expectEqual(state.h.values, [h0, h1], "h")
    #expect(state.c.values.isEmpty)
  }

  @Test(arguments: RecurrentCell.allCases)
  func characterIsOneHotVector(cell: RecurrentCell) {
    func check<Cell: ReferenceCell>(_: Cell.Type) {
      var numbers = Numbers(seed: 9)
      var cell = Cell(inputSize: 3, hiddenSize: 2)
      for gate in Cell.gates {
        cell[keyPath: gate.W] = numbers.matrix(3, 2)
        cell[keyPath: gate.U] = numbers.matrix(2, 2)
      }
      let previous = numbers.state(like: cell.zeroState)
      let states = [CellInput.character(2), .vector(Vector([0, 0, 1])), .character(0)].map {
        cell.forward($0, previous).state
      }
      #expect(states[0] == states[1])
      #expect(states[0] != states[2])
    }
    check(cell.cellType())
  }

  private func inputWeights(_ gate: Int) -> Matrix {
    Matrix(rows: 1, columns: 2, values: Self.w[gate])
  }

  private func recurrentWeights(_ gate: Int) -> Matrix {
    Matrix(rows: 2, columns: 2, values: Self.u[gate].flatMap { $0 })
  }
}

private func logistic(_ a: Double) -> Double { 1 / (1 + exp(-a)) }
