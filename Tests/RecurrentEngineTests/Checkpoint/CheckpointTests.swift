import Testing

@testable import RecurrentEngine

@Suite struct CheckpointTests {
  private let folder: TemporaryFolder
  private var path: String { folder.path(of: "checkpoint.bin") }

  init() throws { folder = try TemporaryFolder() }

  private func makeCheckpoint(
    _ cell: CellKind, vocabulary: Vocabulary? = nil, selection: Checkpoint.Selection = .best
  ) throws -> Checkpoint {
    let vocabulary = if let vocabulary { vocabulary } else { try makeVocabulary(count: 9) }
    let model = try LanguageModel(
      ModelConfiguration(cell: cell, vocabularySize: vocabulary.count, hiddenSize: 21, layerCount: 2),
      vocabulary: vocabulary)
    let tensors = try makeModel(cell, vocabulary: vocabulary.count, hidden: 21, layers: 2).pyTorchTensors
    model.setParameters(pyTorchTensors: Dictionary(uniqueKeysWithValues: tensors.map { ($0.name, $0.elements) }))
    return Checkpoint(
      model: model,
      training: TrainingConfiguration(
        cell: cell, hiddenSize: 21, layerCount: 2, unit: vocabulary.unit, batchSize: 13, chunkLength: 17,
        optimizer: OptimizerConfiguration(kind: .rmsprop, learningRate: 0.1), clip: nil,
        initialization: Initialization(seed: .max)),
      progress: .init(step: 123, epoch: 4.5, validationLoss: selection == .best ? 0.1 : nil), selection: selection,
      startCharacter: 1)
  }

  private func bits(_ model: LanguageModel) -> [UInt32] { model.parameters.elements.map(\.bitPattern) }

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

  @Test(arguments: CellKind.allCases, [Checkpoint.Selection.best, .newest])
  func whatIsReadIsWhatWasWritten(cell: CellKind, selection: Checkpoint.Selection) throws {
    try expectRoundTrip(of: makeCheckpoint(cell, selection: selection))
  }

  /// Composed and decomposed Korean is the same text for a `String` and not for a model.
  @Test(arguments: Sample.all, TextUnit.allCases)
  func everyVocabularySurvives(sample: Sample, unit: TextUnit) throws {
    let corpus = try Corpus(sources: [.file(folder.write(sample.bytes))], unit: unit)
    try #require(
      corpus.vocabulary.entries
        == Set(referenceUnits(sample.bytes, unit: unit)).sorted {
          $0.lexicographicallyPrecedes($1)
        })
    var checkpoint = try makeCheckpoint(.rnn, vocabulary: corpus.vocabulary)
    checkpoint.startCharacter = corpus.startCharacter
    try expectRoundTrip(of: checkpoint)
  }

  @Test(arguments: CellKind.allCases)
  func twoFilesOfOneModelAreTheSame(cell: CellKind) throws {
    let checkpoint = try makeCheckpoint(cell)
    try checkpoint.write(to: path)
    try Checkpoint(path: path).write(to: folder.path(of: "again.bin"))
    #expect(try folder.bytes(of: "checkpoint.bin") == folder.bytes(of: "again.bin"))
    #expect(try folder.names().sorted() == ["again.bin", "checkpoint.bin"])
  }

  /// PyTorch's update gate is one minus this one.
  @Test(arguments: CellKind.allCases)
  func updateGatesHaveTheOtherSignInTheFile(cell: CellKind) throws {
    var checkpoint = try makeCheckpoint(cell)
    let hidden = 21
    let model = try LanguageModel(checkpoint.model.configuration, vocabulary: checkpoint.model.vocabulary)
    for index in 0..<model.layout.size { model.parameters.pointer[index] = 1 }
    checkpoint.model = model
    try checkpoint.write(to: path)

    let file = try SafetensorsFile(path: path)
    for name in file.names {
      let values = try file.tensor(named: name)
      let rowLength = file.shape(of: name).map { $0.count == 2 ? $0[1] : 1 } ?? 1
      for (index, value) in values.enumerated() {
        let gate = index / rowLength / hidden
        let isGRU = cell == .gruResetBefore || cell == .gruResetAfter
        var expected: Float = isGRU && gate == 1 && name.hasPrefix("rnn") ? -1 : 1
        if name.contains("bias_hh") && !(cell == .gruResetAfter && gate == 2) { expected = 0 }
        guard value == expected else {
          Issue.record("\(name)[\(index)] is \(value) instead of \(expected)")
          break
        }
      }
    }
  }

  /// PyTorch has two biases that it adds; a file that it has trained on has numbers in both.
  @Test(arguments: CellKind.allCases)
  func bothBiasesAreRead(cell: CellKind) throws {
    let checkpoint = try makeCheckpoint(cell)
    try checkpoint.write(to: path)
    try rewrite { tensors, _ in
      for index in tensors.indices {
        if tensors[index].name.contains("bias_ih") { tensors[index].values = tensors[index].values.map { _ in 0.5 } }
        if tensors[index].name.contains("bias_hh") { tensors[index].values = tensors[index].values.map { _ in 0.25 } }
      }
    }
    for tensor in try Checkpoint(path: path).model.pyTorchTensors where tensor.name.contains("bias_") {
      let isCandidate = { (row: Int) in cell == .gruResetAfter && row >= 2 * 21 }
      let isRight = tensor.elements.enumerated().allSatisfy { row, value in
        tensor.name.contains("bias_ih")
          ? value == (isCandidate(row) ? 0.5 : 0.75) : value == (isCandidate(row) ? 0.25 : 0)
      }
      #expect(isRight && !tensor.elements.isEmpty, "\(tensor.name): \(tensor.elements)")
    }
  }

  // MARK: Files that are not as they should be

  private struct Tensor {
    var name: String
    var shape: [Int]
    var values: [Float]
  }

  /// Writes the file anew with other tensors or metadata.
  private func rewrite(_ change: (_ tensors: inout [Tensor], _ metadata: inout [String: String]) -> Void) throws {
    let file = try SafetensorsFile(path: path)
    var tensors: [Tensor] = []
    for name in file.names {
      tensors.append(Tensor(name: name, shape: file.shape(of: name) ?? [], values: try file.tensor(named: name)))
    }
    var metadata = file.metadata
    change(&tensors, &metadata)
    try SafetensorsFile.write(
      tensors.map { SafetensorsTensor($0.name, shape: $0.shape, values: $0.values) }, metadata: metadata, to: path)
  }

  private static let tensorNames =
    (0..<2).flatMap { layer in
      ["weight_ih", "weight_hh", "bias_ih", "bias_hh"].map { "rnn.\($0)_l\(layer)" }
    } + ["decoder.weight", "decoder.bias"]

  @Test(arguments: tensorNames)
  func aMissingTensorIsNamed(name: String) throws {
    try makeCheckpoint(.lstm).write(to: path)
    try rewrite { tensors, _ in tensors.removeAll { $0.name == name } }
    #expect(throws: CheckpointError.damaged(path: path, .missingTensor(name))) { try Checkpoint(path: path) }
  }

  @Test(arguments: tensorNames)
  func aTensorOfAnotherShapeIsNamed(name: String) throws {
    try makeCheckpoint(.lstm).write(to: path)
    let original = try folder.bytes(of: "checkpoint.bin")
    let changes: [(inout Tensor) -> Void] = [
      { $0.shape = [$0.values.count, 1] },
      {
        $0.shape.reverse()
        if $0.shape.count == 1 { $0.shape.append(1) }
      },
      { $0 = Tensor(name: $0.name, shape: [0], values: []) },
      { $0 = Tensor(name: $0.name, shape: [], values: [1]) },
    ]
    for change in changes {
      try folder.write(original, to: "checkpoint.bin")
      try rewrite { tensors, _ in
        for index in tensors.indices where tensors[index].name == name { change(&tensors[index]) }
      }
      #expect(throws: CheckpointError.damaged(path: path, .tensorSize(tensor: name))) { try Checkpoint(path: path) }
    }
  }

  @Test func aTensorOfAnotherTypeIsNamed() throws {
    try makeCheckpoint(.rnn).write(to: path)
    let file = try SafetensorsFile(path: path)
    var tensors: [SafetensorsTensor] = []
    for name in file.names {
      let (shape, values) = (file.shape(of: name) ?? [], try file.tensor(named: name))
      tensors.append(
        name == "decoder.bias"
          ? SafetensorsTensor(name, shape: shape, values: values.map(Double.init))
          : SafetensorsTensor(name, shape: shape, values: values))
    }
    try SafetensorsFile.write(tensors, metadata: file.metadata, to: path)
    #expect(
      throws: CheckpointError.damaged(path: path, .elementType("F64", tensor: "decoder.bias", expected: "F32"))
    ) { try Checkpoint(path: path) }
  }

  @Test(arguments: [
    ("format_version", ["", "one", "-1", "1.0"]),
    (
      "configuration",
      ["", "{}", "[]", "null", #"{"cell":"lstm"}"#, #"{"hiddenSize":0}"#, #"{"hiddenSize":-1}"#]
    ),
    ("vocabulary", ["", "[]", "{}", #"["b","a"]"#, #"["a","a"]"#, #"["ab"]"#, "[97,98]", #"["a",1]"#]),
    ("progress", ["", "{}", "3", #"{"step":"3","epoch":1}"#]),
    ("selected", ["", "Best", "worst"]),
    ("start_character", ["", "-1", "9", "2147483648", "9223372036854775807", "a"]),
  ])
  func brokenMetadataIsNamed(key: String, texts: [String]) throws {
    try makeCheckpoint(.gruResetBefore).write(to: path)
    let original = try folder.bytes(of: "checkpoint.bin")
    for text in texts + [nil] {
      try folder.write(original, to: "checkpoint.bin")
      try rewrite { _, metadata in metadata[key] = text }
      #expect(throws: CheckpointError.damaged(path: path, .metadata(key)), "\(text ?? "missing")") {
        try Checkpoint(path: path)
      }
    }
  }

  /// Sizes that nobody could allocate, and sizes of another model.
  @Test func sizesThatAreNotTheTensorsAreRefused() throws {
    var checkpoint = try makeCheckpoint(.lstm)
    for hiddenSize in [0, -1, .min, ModelConfiguration.maximumSize + 1, .max] {
      checkpoint.training.hiddenSize = hiddenSize
      try checkpoint.write(to: path)
      #expect(throws: CheckpointError.damaged(path: path, .metadata("configuration"))) { try Checkpoint(path: path) }
    }
    for hiddenSize in [20, 22, ModelConfiguration.maximumSize] {
      checkpoint.training.hiddenSize = hiddenSize
      try checkpoint.write(to: path)
      #expect(throws: CheckpointError.damaged(path: path, .tensorSize(tensor: "rnn.weight_ih_l0"))) {
        try Checkpoint(path: path)
      }
    }
    checkpoint.training.hiddenSize = 21
    checkpoint.training.layerCount = 3
    try checkpoint.write(to: path)
    #expect(throws: CheckpointError.damaged(path: path, .missingTensor("rnn.weight_ih_l2"))) {
      try Checkpoint(path: path)
    }
  }

  @Test func aLaterFormatIsSaidToBeLater() throws {
    try makeCheckpoint(.rnn).write(to: path)
    try rewrite { _, metadata in metadata["format_version"] = "2" }
    #expect(throws: CheckpointError.newerFormat(path: path, version: 2)) { try Checkpoint(path: path) }
  }
}
