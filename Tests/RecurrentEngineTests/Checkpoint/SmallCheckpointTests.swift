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
        let scales = read.model.network.scales
        for (tensor, other) in zip(exact, read.model.layout.pyTorchTensors) {
          let (elements, rounded) = (
            tensor.elements(from: checkpoint.model.parameters), other.elements(from: read.model.parameters)
          )
          guard weights != .float32, tensor.isProductMatrix else {
            #expect(elements == rounded, "\(variant) \(tensor.name)")
            continue
          }
          #expect(elements != rounded)
          for (row, first) in stride(from: 0, to: elements.count, by: tensor.shape[1]).enumerated() {
            let scale = scales[tensor.name]?[row] ?? 0
            let areNear = (first..<first + tensor.shape[1]).allSatisfy { index in
              let (weight, nearest) = (elements[index], rounded[index])
              let difference = abs(weight - nearest)
              if weights == .bfloat16 { return difference <= abs(weight) / 256 }
              // Half of the distance between two numbers, or beyond the largest one.
              return difference <= scale * 0.501 || abs(weight) > abs(nearest) && abs(nearest) > scale * 126.5
            }
            #expect(areNear, "\(variant) \(tensor.name) row \(row)")
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

  @Test func extremeWeightsStayFinite() throws {
    let checkpoint = try makeCheckpoint(.rnn())
    checkpoint.model.parameters.fill(with: .greatestFiniteMagnitude)
    for weights in [WeightFormat.int8, .bfloat16] {
      try checkpoint.write(to: path, weights: weights)
      #expect(try Checkpoint(path: path).model.parameters.elements.allSatisfy(\.isFinite))
    }
  }

  @Test func aMatrixOfTooManyColumnsIsRefused() throws {
    let size = 131_088
    let training = TrainingConfiguration(
      cell: .rnn(), hiddenSize: 1, layerCount: 1, embedding: Embedding(size: size), unit: .character)
    let vocabulary = try makeVocabulary(count: 2)
    let checkpoint = Checkpoint(
      model: try LanguageModel(training.modelConfiguration(vocabularySize: 2), vocabulary: vocabulary),
      training: training, progress: .init(step: 1, epoch: 1, validationLoss: nil), selection: .newest,
      startCharacter: 0)
    let error = CheckpointError.unsupported(path: path, .quantizedColumns(size, limit: 131_072))
    #expect(throws: error) { try checkpoint.write(to: path, weights: .int8) }
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

  /// A file that claims to be a run with rounded weights, which no run writes.
  @Test(arguments: [WeightFormat.int8, .bfloat16])
  func aRunWithRoundedWeightsIsRefused(weights: WeightFormat) throws {
    let corpus = try Corpus(sources: [.text("abc\nabd\nacd\n")])
    let configuration = TrainingConfiguration(
      hiddenSize: 3, layerCount: 1, batchSize: 1, chunkLength: 2, validationFraction: 0)
    let trainer = try Trainer(corpus: corpus, configuration: configuration, threadCount: 1)
    try trainer.save(to: path)
    let run = try StoredFile(path).metadata["run"]
    try trainer.selectedCheckpoint().write(to: path, weights: weights)
    var file = try StoredFile(path)
    file.metadata["run"] = run
    try file.write(to: path)
    #expect(throws: CheckpointError.damaged(path: path, .metadata("weights"))) { try SavedRun(path: path) }
  }

  @Test func damageIsNamed() throws {
    let checkpoint = try makeCheckpoint(.lstm())
    let name = "rnn.weight_hh_l1"
    func expectDamage(
      _ damage: CheckpointError.Damage, to weights: WeightFormat = .int8, _ change: (inout StoredFile) -> Void
    ) throws {
      try checkpoint.write(to: path, weights: weights)
      var file = try StoredFile(path)
      change(&file)
      try file.write(to: path)
      #expect(throws: CheckpointError.damaged(path: path, damage)) { try Checkpoint(path: path) }
    }
    try expectDamage(.quantizedNumber(tensor: name)) { $0.numbers[name]?[5] = -128 }
    for scale in [-1, .nan, .infinity, 3e38] as [Float] {
      try expectDamage(.scale(tensor: "\(name).scale")) { $0.floats["\(name).scale"]?[7] = scale }
    }
    try expectDamage(.missingTensor("\(name).scale")) { $0.floats["\(name).scale"] = nil }
    try expectDamage(.metadata("weights")) { $0.metadata["weights"] = "int4" }
    // Only files with 8-bit weights lack a second bias of zeros.
    for weights in [nil, "bfloat16"] {
      try expectDamage(.missingTensor("rnn.bias_hh_l0")) { $0.metadata["weights"] = weights }
    }
    let first = "rnn.weight_ih_l0"
    try expectDamage(.elementType("BF16", tensor: first, expected: "F32"), to: .bfloat16) {
      $0.metadata["weights"] = nil
    }
    try expectDamage(.missingTensor("\(first).scale"), to: .bfloat16) { $0.metadata["weights"] = "int8" }
    try expectDamage(.notFinite(tensor: first), to: .bfloat16) { $0.halves[first]?[2] = BFloat16(bitPattern: 0x7F80) }
  }
}

/// The contents of a file with weights of 8 or 16 bits, to be changed and written again.
private struct StoredFile {
  var numbers: [String: [Int8]] = [:]
  var halves: [String: [BFloat16]] = [:]
  var floats: [String: [Float]] = [:]
  var metadata: [String: String]
  private var shapes: [(name: String, shape: [Int])] = []

  init(_ path: String) throws {
    let file = try SafetensorsFile(path: path)
    metadata = file.metadata
    for name in file.names {
      shapes.append((name, file.shape(of: name) ?? []))
      switch file.elementType(of: name) {
      case .int8: numbers[name] = try file.tensor(named: name, of: Int8.self)
      case .bfloat16: halves[name] = try file.tensor(named: name, of: BFloat16.self)
      case .float32: floats[name] = try file.tensor(named: name, of: Float.self)
      default: Issue.record("\(name) has another type")
      }
    }
  }

  func write(to path: String) throws {
    let tensors = shapes.flatMap { name, shape in
      [
        numbers[name].map { values in SafetensorsTensor(name, shape: shape, values: values) },
        halves[name].map { values in SafetensorsTensor(name, shape: shape, values: values) },
        floats[name].map { values in SafetensorsTensor(name, shape: shape, values: values) },
      ].compactMap(\.self)
    }
    try SafetensorsFile.write(tensors, metadata: metadata, to: path)
  }
}
