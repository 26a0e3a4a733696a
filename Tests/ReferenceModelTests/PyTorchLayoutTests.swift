import Foundation
import RecurrentCells
import ReferenceModel
import Testing

struct PyTorchLayoutTests {
  @Test(arguments: RecurrentCell.allCases)
  func roundTrip(cell: RecurrentCell) throws {
    for (embeddingSize, isTied, isNormalized) in [(nil, false, false), (4, false, true), (3, true, false)] {
      let model = makeModel(
        cell, vocabularySize: 5, hiddenSize: 3, layerCount: 2, embeddingSize: embeddingSize, isTied: isTied,
        isNormalized: isNormalized)
      let copy = try cell.makeLanguageModel(pyTorchTensors: model.pyTorchTensors())
      #expect(copy.parameters == model.parameters)
      #expect(model.parameters.allSatisfy { $0.values.allSatisfy { $0 != 0 } })
    }
  }

  @Test(arguments: LanguageModelGradientTests.connections)
  func roundTripOfConnections(connection: Connection) throws {
    let model = makeModel(.rnn(), vocabularySize: 5, hiddenSize: 3, layerCount: 3, connection: connection)
    let tensors = model.pyTorchTensors()
    let copy = try RecurrentCell.rnn().makeLanguageModel(pyTorchTensors: tensors, connection: connection)
    #expect(copy.parameters == model.parameters)
    guard connection == .gated else { return }
    let values = Dictionary(uniqueKeysWithValues: model.parameters.map { ($0.name, $0.values) })
    func own(_ name: String) throws -> [Double] { try #require(values["layers.2.\(name)"]) }
    #expect(tensors["connection.bias_l2"]?.values == (try own("bA") + own("bB")))
    #expect(tensors["connection.weight_l2"]?.shape == [6, 3])
    // Here A multiplies a row from the right, in PyTorch a column from the left.
    let columns = try [own("A"), own("B")].flatMap { matrix in
      (0..<3).flatMap { unit in stride(from: unit, to: 9, by: 3).map { matrix[$0] } }
    }
    #expect(tensors["connection.weight_l2"]?.values == columns)
    #expect(throws: PyTorchTensorError.unexpected(name: "connection.bias_l1")) {
      try RecurrentCell.rnn().makeLanguageModel(pyTorchTensors: tensors)
    }
    #expect(
      throws: PyTorchTensorError.shape(name: "connection.weight_l1", expected: [3, 3], found: [6, 3])
    ) { try RecurrentCell.rnn().makeLanguageModel(pyTorchTensors: tensors, connection: .highway) }
  }

  /// Checks the layout gate by gate, because a round trip would not detect a mistake made twice.
  @Test func rowsOfResetAfterGRU() throws {
    let model = makeModel(.gru(reset: .after), vocabularySize: 2, hiddenSize: 1, layerCount: 1)
    let values = Dictionary(uniqueKeysWithValues: model.parameters.map { ($0.name, $0.values) })
    func own(_ name: String) throws -> [Double] { try #require(values["layers.0.\(name)"]) }
    let tensors = model.pyTorchTensors()
    let weight = try #require(tensors["rnn.weight_ih_l0"])

    #expect(weight.shape == [3, 2])
    #expect(weight.values == (try own("W.r") + own("W.z").map(-) + own("W.ĥ")))
    #expect(tensors["rnn.weight_hh_l0"]?.values == (try own("U.r") + own("U.z").map(-) + own("U.ĥ")))
    #expect(tensors["rnn.bias_ih_l0"]?.values == (try own("b.r") + own("b.z").map(-) + own("b.ĥ")))
    #expect(tensors["rnn.bias_hh_l0"]?.values == (try [0, 0] + own("b′.ĥ")))
  }

  /// The losses and gradients of the same parameters and text in PyTorch, by `record-from-pytorch.py`.
  @Test(arguments: Recorded.all)
  func agreesWithPyTorch(cell: RecurrentCell, recorded: Recorded) throws {
    let (vocabularySize, hiddenSize, layerCount, batchSize) = (5, 3, 2, 2)
    let shapes = makeModel(
      cell, vocabularySize: vocabularySize, hiddenSize: hiddenSize, layerCount: layerCount
    ).pyTorchTensors().mapValues(\.shape)
    var tensors: PyTorchTensors = [:]
    for (phase, (name, shape)) in shapes.sorted(by: { $0.key < $1.key }).enumerated() {
      tensors[name] = (shape, wave(shape.reduce(1, *), Double(phase)))
    }
    let model = try cell.makeLanguageModel(pyTorchTensors: tensors)

    let (h0, c0) = (wave(layerCount * batchSize * hiddenSize, 20), wave(layerCount * batchSize * hiddenSize, 21))
    let states = (0..<layerCount).map { layer in
      (0..<batchSize).map { row in
        let units = (layer * batchSize + row) * hiddenSize..<(layer * batchSize + row + 1) * hiddenSize
        return CellState(h: Vector(Array(h0[units])), c: Vector(cell == .lstm() ? Array(c0[units]) : []))
      }
    }
    var targets: [[Int?]] = (0..<4).map { step in (0..<2).map { row in (step * step + row + 1) % vocabularySize } }
    targets[1][1] = nil
    let inputs = (0..<4).map { step in (0..<2).map { row in (3 * step + 2 * row) % vocabularySize } }
    let chunk = Chunk(inputs: inputs, targets: targets)

    let (loss, finalStates) = model.loss(of: chunk, from: states)
    expectRecorded(loss, recorded.loss, "loss")
    expectRecorded(fingerprint(finalStates.joined().flatMap(\.h.values)), recorded.finalH, "final h")

    let gradient = model.gradients(of: chunk, from: states)
    var found = gradient.parameters.pyTorchGradients()
    found["h0"] = gradient.initialStates.joined().flatMap(\.h.values)
    if cell == .lstm() {
      found["c0"] = gradient.initialStates.joined().flatMap(\.c.values)
    }
    #expect(found.keys.sorted() == recorded.gradients.keys.sorted())
    for (name, values) in found {
      expectRecorded(fingerprint(values), try #require(recorded.gradients[name]), name)
    }
  }

  @Test func biasesOfAGateAreAdded() throws {
    var tensors = makeModel(.gru(), vocabularySize: 2, hiddenSize: 1, layerCount: 1).pyTorchTensors()
    tensors["rnn.bias_ih_l0"] = ([3], [1, 2, 3])
    tensors["rnn.bias_hh_l0"] = ([3], [10, 20, 30])
    let model = try ReferenceLanguageModel<GRUResetBeforeCell>(pyTorchTensors: tensors)
    let b = model.layers[0].b
    #expect([b.r, b.z, b.ĥ] == [Vector([11]), Vector([-22]), Vector([33])])
  }

  @Test func tensorsOfAnotherModelAreRefused() {
    let good = makeModel(.lstm(), vocabularySize: 5, hiddenSize: 3, layerCount: 2).pyTorchTensors()
    func expectError(
      _ error: PyTorchTensorError, _ change: (inout PyTorchTensors) -> Void,
      sourceLocation: SourceLocation = #_sourceLocation
    ) {
      var tensors = good
      change(&tensors)
      #expect(throws: error, sourceLocation: sourceLocation) {
        try RecurrentCell.lstm().makeLanguageModel(pyTorchTensors: tensors)
      }
    }

    expectError(.missing(name: "decoder.weight")) { $0 = [:] }
    expectError(.missing(name: "rnn.bias_hh_l1")) { $0["rnn.bias_hh_l1"] = nil }
    expectError(.missing(name: "rnn.weight_ih_l0")) { $0["rnn.weight_ih_l0"] = nil }
    expectError(.unexpected(name: "rnn.weight_hr_l0")) { $0["rnn.weight_hr_l0"] = ([1], [0]) }
    expectError(.unexpected(name: "rnn.weight_ih_l3")) { $0["rnn.weight_ih_l3"] = ([12, 3], []) }
    expectError(.notAMatrix(name: "decoder.weight", shape: [15])) { $0["decoder.weight"]?.shape = [15] }
    expectError(.notAMatrix(name: "decoder.weight", shape: [5, 0])) { $0["decoder.weight"] = ([5, 0], []) }
    expectError(.shape(name: "rnn.weight_ih_l0", expected: [12, 5], found: [12, 4])) {
      $0["rnn.weight_ih_l0"] = ([12, 4], [Double](repeating: 0, count: 48))
    }
    expectError(.valueCount(name: "rnn.bias_ih_l0", shape: [12], found: 11)) {
      $0["rnn.bias_ih_l0"]?.values.removeLast()
    }
    expectError(.valueCount(name: "decoder.weight", shape: [.max, .max], found: 15)) {
      $0["decoder.weight"]?.shape = [.max, .max]
    }
    #expect(throws: PyTorchTensorError.shape(name: "rnn.weight_ih_l0", expected: [9, 5], found: [12, 5])) {
      try RecurrentCell.gru(reset: .after).makeLanguageModel(pyTorchTensors: good)
    }
  }

  @Test func errorsSayWhatAndWhere() {
    let error = PyTorchTensorError.shape(name: "decoder.bias", expected: [5], found: [6])
    #expect(
      "\(error)" == "tensor 'decoder.bias' has the shape [6] where this cell needs [5]; is it a model of another cell?")
  }

  private func wave(_ count: Int, _ phase: Double) -> [Double] {
    (0..<count).map { 0.7 * sin(1.3 * Double($0) + phase) }
  }

  /// Returns a number that depends on every element and its position.
  private func fingerprint(_ values: [Double]) -> Double {
    zip(values, wave(values.count, 0.5)).reduce(0) { $0 + $1.0 * $1.1 }
  }

  private func expectRecorded(_ found: Double, _ recorded: Double, _ what: String) {
    #expect(abs(found - recorded) <= 1e-13, "\(what)")
  }
}

/// Losses and gradients printed by `record-from-pytorch.py`, with PyTorch 2.13.
struct Recorded {
  let loss: Double
  let finalH: Double
  let gradients: [String: Double]

  static let all: [RecurrentCell: Recorded] = [
    .rnn(): Recorded(
      loss: 1.305895142786444,
      finalH: -0.145041439117569,
      gradients: [
        "decoder.bias": -0.140969842308670,
        "decoder.weight": 0.049117059196668,
        "rnn.bias_hh_l0": 0.000000000000000,
        "rnn.bias_hh_l1": 0.000000000000000,
        "rnn.bias_ih_l0": -0.081638108320039,
        "rnn.bias_ih_l1": -0.057183994084351,
        "rnn.weight_hh_l0": 0.056027253664373,
        "rnn.weight_hh_l1": -0.071029065957687,
        "rnn.weight_ih_l0": 0.015320164994819,
        "rnn.weight_ih_l1": 0.039133419939994,
        "h0": -0.045767574411108,
      ]),
    .lstm(): Recorded(
      loss: 1.345828860800851,
      finalH: 0.057317558443105,
      gradients: [
        "decoder.bias": -0.171460022918796,
        "decoder.weight": 0.012349955983935,
        "rnn.bias_hh_l0": 0.000000000000000,
        "rnn.bias_hh_l1": 0.000000000000000,
        "rnn.bias_ih_l0": 0.009840896359679,
        "rnn.bias_ih_l1": -0.046488989855690,
        "rnn.weight_hh_l0": -0.003904941290058,
        "rnn.weight_hh_l1": -0.000019742214005,
        "rnn.weight_ih_l0": -0.003395832862525,
        "rnn.weight_ih_l1": -0.000507819325094,
        "h0": 0.000010770510867,
        "c0": 0.000474632492607,
      ]),
    .gru(reset: .after): Recorded(
      loss: 1.355121948570259,
      finalH: 0.962804421952552,
      gradients: [
        "decoder.bias": -0.189993828428452,
        "decoder.weight": 0.027457894408895,
        "rnn.bias_hh_l0": 0.000927025916221,
        "rnn.bias_hh_l1": -0.053782547426840,
        "rnn.bias_ih_l0": 0.025488581233263,
        "rnn.bias_ih_l1": -0.086153846492296,
        "rnn.weight_hh_l0": -0.003566192287704,
        "rnn.weight_hh_l1": 0.028005884511292,
        "rnn.weight_ih_l0": 0.005954465172380,
        "rnn.weight_ih_l1": -0.004780569891804,
        "h0": 0.051742986936591,
      ]),
  ]
}
