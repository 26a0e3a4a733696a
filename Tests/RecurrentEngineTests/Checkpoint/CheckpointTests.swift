import Testing

@testable import RandomNumbers
@testable import RecurrentEngine
@testable import RecurrentModel
@testable import Safetensors
@testable import SystemCalls
@testable import TextCorpus

@Suite struct CheckpointTests {
  let folder: TemporaryFolder
  var path: String { folder.path(of: "checkpoint.bin") }

  init() throws { folder = try TemporaryFolder() }

  func makeCheckpoint(
    _ cell: RecurrentCell, _ variant: Variant = .plain, vocabulary: Vocabulary? = nil,
    selection: Checkpoint.Selection = .best
  ) throws -> Checkpoint {
    let vocabulary = if let vocabulary { vocabulary } else { try makeVocabulary(count: 9) }
    let model = try LanguageModel(
      ModelConfiguration(
        cell: cell, vocabularySize: vocabulary.count, hiddenSize: 21, layerCount: 2,
        embedding: variant.embedding(hidden: 21),
        normalization: variant.normalization, connection: variant.connection),
      vocabulary: vocabulary)
    let tensors = try makeModel(cell, variant, vocabulary: vocabulary.count, hidden: 21, layers: 2).pyTorchTensors
    model.setParameters(pyTorchTensors: Dictionary(uniqueKeysWithValues: tensors.map { ($0.name, $0.elements) }))
    return Checkpoint(
      model: model,
      training: TrainingConfiguration(
        cell: cell, hiddenSize: 21, layerCount: 2, embedding: variant.embedding(hidden: 21),
        normalization: variant.normalization, connection: variant.connection, unit: vocabulary.unit,
        batchSize: 13, chunkLength: 17,
        optimizer: OptimizerConfiguration(kind: .rmsprop, learningRate: 0.1), clip: nil,
        initialization: Initialization(seed: .max)),
      progress: .init(step: 123, epoch: 4.5, validationLoss: selection == .best ? 0.1 : nil), selection: selection,
      startCharacter: 1)
  }

  func bits(_ model: LanguageModel) -> [UInt32] { model.parameters.elements.map(\.bitPattern) }

  private func expectRoundTrip(of checkpoint: Checkpoint, sourceLocation: SourceLocation = #_sourceLocation) throws {
    try checkpoint.write(to: path)
    let copy = try Checkpoint(path: path)
    #expect(bits(copy.model) == bits(checkpoint.model), sourceLocation: sourceLocation)
    #expect(copy.model.configuration == checkpoint.model.configuration, sourceLocation: sourceLocation)
    #expect(copy.model.vocabulary == checkpoint.model.vocabulary, sourceLocation: sourceLocation)
    #expect(copy.training == checkpoint.training, sourceLocation: sourceLocation)
    #expect(copy.progress == checkpoint.progress, sourceLocation: sourceLocation)
    #expect(copy.selection == checkpoint.selection, sourceLocation: sourceLocation)
    #expect(copy.startCharacter == checkpoint.startCharacter, sourceLocation: sourceLocation)
  }

  @Test(arguments: RecurrentCell.allCases, [Checkpoint.Selection.best, .newest])
  func aCheckpointSurvivesARoundTrip(cell: RecurrentCell, selection: Checkpoint.Selection) throws {
    for variant in Variant.allCases { try expectRoundTrip(of: makeCheckpoint(cell, variant, selection: selection)) }
  }

  /// The weights of a character are a row of the matrix, and tied embeddings are stored once.
  @Test func embeddingsAreThoseOfPyTorch() throws {
    for variant in [Variant.embedding, .tied] {
      let checkpoint = try makeCheckpoint(.lstm(), variant)
      try checkpoint.write(to: path)
      let file = try SafetensorsFile(path: path)
      let size = try #require(checkpoint.training.embedding).size
      #expect(file.shape(of: "embedding.weight") == [9, size])
      #expect(file.shape(of: "rnn.weight_ih_l0") == [84, size])
      #expect(file.shape(of: "rnn.weight_ih_l1") == [84, 21])
      #expect(file.shape(of: "decoder.weight") == (variant == .tied ? nil : [9, 21]))
      let values = try file.tensor(named: "embedding.weight") as [Float]
      let layout = checkpoint.model.layout
      let matrix = try #require(layout.embedding)
      for (index, value) in values.enumerated() {
        let place = matrix.index(row: index % size, gate: 0, unit: index / size)
        #expect(checkpoint.model.parameters.elements[place] == value)
      }
      let parameterCount = file.names.reduce(0) { sum, name in
        name.contains("bias_hh") ? sum : sum + (file.shape(of: name) ?? []).reduce(1, *)
      }
      #expect(checkpoint.model.configuration.parameterCount == parameterCount)
    }
  }

  @Test(arguments: RecurrentCell.allCases)
  func gainsAreOfGatesAndOfTheCellState(cell: RecurrentCell) throws {
    let checkpoint = try makeCheckpoint(cell, .normalized)
    try checkpoint.write(to: path)
    let file = try SafetensorsFile(path: path)
    let rows = 21 * cell.description.pyTorchGateCount
    for layer in 0..<2 {
      #expect(file.shape(of: "rnn.gain_ih_l\(layer)") == [rows])
      #expect(file.shape(of: "rnn.gain_hh_l\(layer)") == [rows])
      #expect(file.shape(of: "rnn.gain_c_l\(layer)") == (cell.stateCount == 2 ? [21] : nil))
      #expect(file.shape(of: "rnn.bias_c_l\(layer)") == (cell.stateCount == 2 ? [21] : nil))
    }
    var other = checkpoint
    other.training.normalization = nil
    try other.write(to: path)
    // A plain model is read, and unknown tensors are ignored.
    #expect(try Checkpoint(path: path).model.configuration.normalization == nil)
    other = try makeCheckpoint(cell)
    other.training.normalization = .layer
    try other.write(to: path)
    #expect(throws: CheckpointError.damaged(path: path, .missingTensor("rnn.gain_ih_l0"))) {
      try Checkpoint(path: path)
    }
  }

  /// Sizes that do not fit each other or the tensors are refused.
  @Test func embeddingsThatAreNotInTheFile() throws {
    var checkpoint = try makeCheckpoint(.rnn())
    for (size, isTied) in [(0, false), (-1, false), (Int.max, false), (20, true)] {
      checkpoint.training.embedding = Embedding(size: size, isTied: isTied)
      try checkpoint.write(to: path)
      #expect(throws: CheckpointError.damaged(path: path, .metadata("configuration"))) { try Checkpoint(path: path) }
    }
    for embedding in [Embedding(size: 5), Embedding(size: 21, isTied: true), Embedding(size: 1 << 24)] {
      checkpoint.training.embedding = embedding
      try checkpoint.write(to: path)
      #expect(throws: CheckpointError.damaged(path: path, .missingTensor("embedding.weight"))) {
        try Checkpoint(path: path)
      }
    }
    var other = try makeCheckpoint(.rnn(), .embedding)
    other.training.embedding?.size = 40
    try other.write(to: path)
    let error = CheckpointError.Damage.tensorShape([9, 41], tensor: "embedding.weight", expected: [9, 40])
    #expect(throws: CheckpointError.damaged(path: path, error)) { try Checkpoint(path: path) }
    other.training.embedding = nil
    try other.write(to: path)
    #expect(
      throws: CheckpointError.damaged(
        path: path, .tensorShape([21, 41], tensor: "rnn.weight_ih_l0", expected: [21, 9]))
    ) {
      try Checkpoint(path: path)
    }
  }

  /// Composed and decomposed Korean are equal as a `String`, but not for a model.
  @Test(arguments: Sample.all, TextUnit.allCases)
  func everyVocabularySurvives(sample: Sample, unit: TextUnit) throws {
    let corpus = try Corpus(sources: [.file(folder.write(sample.bytes))], unit: unit)
    try #require(
      corpus.vocabulary.entries
        == Set(referenceUnits(sample.bytes, unit: unit)).sorted {
          $0.lexicographicallyPrecedes($1)
        })
    var checkpoint = try makeCheckpoint(.rnn(), vocabulary: corpus.vocabulary)
    checkpoint.startCharacter = corpus.startCharacter
    try expectRoundTrip(of: checkpoint)
  }

  @Test(arguments: RecurrentCell.allCases)
  func twoFilesOfOneModelAreTheSame(cell: RecurrentCell) throws {
    let checkpoint = try makeCheckpoint(cell)
    try checkpoint.write(to: path)
    try Checkpoint(path: path).write(to: folder.path(of: "again.bin"))
    #expect(try folder.bytes(of: "checkpoint.bin") == folder.bytes(of: "again.bin"))
    #expect(try folder.names().sorted() == ["again.bin", "checkpoint.bin"])
  }

  /// PyTorch's update gate is one minus this one.
  @Test(arguments: RecurrentCell.allCases)
  func updateGatesHaveTheOtherSignInTheFile(cell: RecurrentCell) throws {
    var checkpoint = try makeCheckpoint(cell, .normalized)
    let hidden = 21
    let model = try LanguageModel(checkpoint.model.configuration, vocabulary: checkpoint.model.vocabulary)
    for index in 0..<model.layout.size { model.parameters[index] = 1 }
    checkpoint.model = model
    try checkpoint.write(to: path)

    let file = try SafetensorsFile(path: path)
    for name in file.names {
      let values = try file.tensor(named: name)
      let rowLength = file.shape(of: name).map { $0.count == 2 ? $0[1] : 1 } ?? 1
      for (index, value) in values.enumerated() {
        let gate = index / rowLength / hidden
        let isGRU = cell.kind == .gru
        var expected: Float = isGRU && gate == 1 && name.hasPrefix("rnn") && !name.contains("gain") ? -1 : 1
        if name.contains("bias_hh") && !(cell == .gru(reset: .after) && gate == 2) { expected = 0 }
        guard value == expected else {
          Issue.record("\(name)[\(index)] is \(value) instead of \(expected)")
          break
        }
      }
    }
  }

  /// PyTorch adds two biases; a file that PyTorch trained has nonzero values in both.
  @Test(arguments: RecurrentCell.allCases)
  func bothBiasesAreRead(cell: RecurrentCell) throws {
    let checkpoint = try makeCheckpoint(cell)
    try checkpoint.write(to: path)
    try rewrite { tensors, _ in
      for index in tensors.indices {
        if tensors[index].name.contains("bias_ih") { tensors[index].values = tensors[index].values.map { _ in 0.5 } }
        if tensors[index].name.contains("bias_hh") { tensors[index].values = tensors[index].values.map { _ in 0.25 } }
      }
    }
    for tensor in try Checkpoint(path: path).model.pyTorchTensors where tensor.name.contains("bias_") {
      let isCandidate = { (row: Int) in cell == .gru(reset: .after) && row >= 2 * 21 }
      let isRight = tensor.elements.enumerated().allSatisfy { row, value in
        tensor.name.contains("bias_ih")
          ? value == (isCandidate(row) ? 0.5 : 0.75) : value == (isCandidate(row) ? 0.25 : 0)
      }
      #expect(isRight && !tensor.elements.isEmpty, "\(tensor.name): \(tensor.elements)")
    }
  }
}
