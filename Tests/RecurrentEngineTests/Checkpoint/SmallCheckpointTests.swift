import Testing

@testable import RandomNumbers
@testable import RecurrentEngine
@testable import RecurrentModel
@testable import Safetensors
@testable import SystemCalls
@testable import TextCorpus

/// Tests of checkpoints whose weights have 8 or 16 bits.
@Suite struct SmallCheckpointTests {
  private let folder: TemporaryFolder
  private var path: String { folder.path(of: "small.bin") }

  init() throws { folder = try TemporaryFolder() }

  private func makeCheckpoint(_ cell: RecurrentCell, _ variant: Variant = .plain, hidden: Int = 21) throws -> Checkpoint
  {
    Checkpoint(
      model: try makeModel(cell, variant, vocabulary: 9, hidden: hidden, layers: 2),
      training: TrainingConfiguration(
        cell: cell, hiddenSize: hidden, layerCount: 2, embedding: variant.embedding(hidden: hidden),
        normalization: variant.normalization, connection: variant.connection, unit: .character),
      progress: .init(step: 1, epoch: 1, validationLoss: nil), selection: .newest, startCharacter: 0)
  }

  @Test(arguments: RecurrentCell.allCases)
  func weightsAreTheNearestOfTheirFormat(cell: RecurrentCell) throws {
    for variant in Variant.allCases {
      let checkpoint = try makeCheckpoint(cell, variant)
      let exact = checkpoint.model.layout.pyTorchTensors
      for weights in WeightFormat.allCases {
        try checkpoint.write(to: path, weights: weights)
        let read = try Checkpoint(path: path)
        #expect(read.weights == weights && read.model.network.isCompact == (weights != .float32))
        for (tensor, other) in zip(exact, read.model.layout.pyTorchTensors) {
          let (elements, rounded) = (
            tensor.elements(from: checkpoint.model.parameters), other.elements(from: read.model.parameters)
          )
          guard weights != .float32, tensor.isQuantizable else {
            #expect(elements == rounded, "\(variant) \(tensor.name)")
            continue
          }
          #expect(elements != rounded)
          for (row, first) in stride(from: 0, to: elements.count, by: tensor.shape[1]).enumerated() {
            let (row, tensorName) = (row, tensor.name)
            let range = first..<first + tensor.shape[1]
            let largest = elements[range].reduce(0) { max($0, abs($1)) }
            // Clipped weights are farther away than half of a step.
            let bound = weights == .bfloat16 ? largest / 256 : largest / 127 * 0.6 + largest * 0.2
            #expect(
              zip(elements[range], rounded[range]).allSatisfy { abs($0 - $1) <= bound }, "\(tensorName) row \(row)")
          }
        }
      }
    }
  }

  /// The rounding of least squared error is at least as good as that to a 127th of the largest weight.
  @Test func scalesAreThoseOfTheLeastError() {
    var random = RandomGenerator(seed: 3)
    let weights = (0..<400).map { _ in random.nextUniform(1) * random.nextUniform(1) }
    let quantized = QuantizedTensor(weights, rowLength: 40)
    for (row, first) in stride(from: 0, to: weights.count, by: 40).enumerated() {
      let part = weights[first..<first + 40]
      let plain = part.reduce(0) { max($0, abs($1)) } / 127
      func error(_ value: (Int) -> Float) -> Double {
        part.indices.reduce(0.0) { $0 + Double(weights[$1] - value($1)) * Double(weights[$1] - value($1)) }
      }
      let fitted = error { Float(quantized.numbers[$0]) * quantized.scales[row] }
      #expect(fitted > 0 && fitted <= error { (weights[$0] / plain).rounded() * plain })
    }
    let special = QuantizedTensor([0, 0, .leastNonzeroMagnitude, 0, 3, -3], rowLength: 2)
    #expect(special.numbers == [0, 0, 0, 0, 127, -127] && special.scales.prefix(2) == [0, 0])
  }

  @Test func bfloat16RoundsToNearestEven() {
    for (value, expected) in [
      (1, 1), (0x1.01p0, 1), (0x1.01001p0, 0x1.02p0), (0x1.03p0, 0x1.04p0), (-2.5, -2.5), (0, 0),
    ] as [(Float, Float)] {
      #expect(Float(BFloat16(value)) == expected)
    }
  }

  @Test func filesAreSmaller() throws {
    let checkpoint = try makeCheckpoint(.lstm(), hidden: 128)
    func size(_ weights: WeightFormat) throws -> Double {
      try checkpoint.write(to: path, weights: weights)
      return Double(try SafetensorsFile(path: path).byteCount)
    }
    let whole = try size(.float32)
    #expect(try size(.int8) < 0.3 * whole)
    #expect(try size(.bfloat16) < 0.52 * whole)
  }

  /// The text of a model is the same after any detour that changes no weight.
  @Test func exportingAgainChangesNoBfloat16() throws {
    let checkpoint = try makeCheckpoint(.gru(reset: .after))
    try checkpoint.write(to: path, weights: .bfloat16)
    let bytes = try folder.bytes(of: "small.bin")
    try Checkpoint(path: path).write(to: path, weights: .float32)
    #expect(try folder.bytes(of: "small.bin") != bytes)
    try Checkpoint(path: path).write(to: path, weights: .bfloat16)
    #expect(try folder.bytes(of: "small.bin") == bytes)
  }

  @Test(arguments: [WeightFormat.int8, .bfloat16])
  func trainingCannotBeResumed(weights: WeightFormat) throws {
    try makeCheckpoint(.rnn()).write(to: path, weights: weights)
    #expect(throws: CheckpointError.noTrainingState(path: path)) { try SavedRun(path: path) }
  }

  @Test func damageIsNamed() throws {
    let checkpoint = try makeCheckpoint(.lstm())
    let name = "rnn.weight_hh_l1"
    typealias Change = (inout [String: [Int8]], inout [String: [Float]], inout [String: String]) -> Void
    func expectDamage(_ damage: CheckpointError.Damage, _ change: Change) throws {
      try checkpoint.write(to: path, weights: .int8)
      let file = try SafetensorsFile(path: path)
      var numbers: [String: [Int8]] = [:]
      var floats: [String: [Float]] = [:]
      var metadata = file.metadata
      for name in file.names {
        if file.elementType(of: name) == .int8 {
          numbers[name] = try file.tensor(named: name, of: Int8.self)
        } else {
          floats[name] = try file.tensor(named: name)
        }
      }
      change(&numbers, &floats, &metadata)
      var tensors: [SafetensorsTensor] = []
      for name in file.names {
        let shape = file.shape(of: name) ?? []
        if let values = numbers[name] { tensors.append(SafetensorsTensor(name, shape: shape, values: values)) }
        if let values = floats[name] { tensors.append(SafetensorsTensor(name, shape: shape, values: values)) }
      }
      try SafetensorsFile.write(tensors, metadata: metadata, to: path)
      #expect(throws: CheckpointError.damaged(path: path, damage)) { try Checkpoint(path: path) }
    }
    try expectDamage(.quantizedNumber(tensor: name)) { numbers, _, _ in numbers[name]?[5] = -128 }
    for scale in [-1, .nan, .infinity, 3e38] as [Float] {
      try expectDamage(.scale(tensor: "\(name).scale")) { _, floats, _ in floats["\(name).scale"]?[7] = scale }
    }
    try expectDamage(.missingTensor("\(name).scale")) { _, floats, _ in floats["\(name).scale"] = nil }
    try expectDamage(.metadata("weights")) { _, _, metadata in metadata["weights"] = "int4" }
    // Only files with 8-bit weights lack a second bias of zeros.
    for weights in [nil, "bfloat16"] {
      try expectDamage(.missingTensor("rnn.bias_hh_l0")) { _, _, metadata in metadata["weights"] = weights }
    }
    try checkpoint.write(to: path, weights: .bfloat16)
    let file = try SafetensorsFile(path: path)
    var tensors: [SafetensorsTensor] = []
    for name in file.names {
      let shape = file.shape(of: name) ?? []
      if file.elementType(of: name) == .bfloat16 {
        let values = try file.tensor(named: name, of: BFloat16.self)
        tensors.append(SafetensorsTensor(name, shape: shape, values: values))
      } else {
        let values: [Float] = try file.tensor(named: name)
        tensors.append(SafetensorsTensor(name, shape: shape, values: values))
      }
    }
    for (weights, expected) in [(nil, "F32"), ("int8", "I8")] {
      var metadata = file.metadata
      metadata["weights"] = weights
      try SafetensorsFile.write(tensors, metadata: metadata, to: path)
      let damage: CheckpointError.Damage =
        expected == "F32"
        ? .elementType("BF16", tensor: "rnn.weight_ih_l0", expected: "F32") : .missingTensor("rnn.weight_ih_l0.scale")
      #expect(throws: CheckpointError.damaged(path: path, damage)) { try Checkpoint(path: path) }
    }
  }
}
