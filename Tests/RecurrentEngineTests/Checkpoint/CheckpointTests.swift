import Testing

@testable import RecurrentEngine

@Suite struct CheckpointTests {
  let folder: TemporaryFolder
  var path: String { folder.path(of: "checkpoint.bin") }

  init() throws { folder = try TemporaryFolder() }

  func makeCheckpoint(
    _ cell: CellKind, _ variant: Variant = .plain, vocabulary: Vocabulary? = nil,
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
    for variant in Variant.allCases { try expectRoundTrip(of: makeCheckpoint(cell, variant, selection: selection)) }
  }

  /// The numbers of one character stand side by side, and a matrix that is two things stands there once.
  @Test func embeddingsAreThoseOfPyTorch() throws {
    for variant in [Variant.embedding, .tied] {
      let checkpoint = try makeCheckpoint(.lstm, variant)
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

  @Test(arguments: CellKind.allCases)
  func gainsAreOfGatesAndOfTheCellState(cell: CellKind) throws {
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
    // What is read is a plain model; what else is in the file is of no account.
    #expect(try Checkpoint(path: path).model.configuration.normalization == nil)
    other = try makeCheckpoint(cell)
    other.training.normalization = .layer
    try other.write(to: path)
    #expect(throws: CheckpointError.damaged(path: path, .missingTensor("rnn.gain_ih_l0"))) {
      try Checkpoint(path: path)
    }
  }

  /// Sizes that do not go together, or not with the tensors.
  @Test func embeddingsThatAreNotInTheFile() throws {
    var checkpoint = try makeCheckpoint(.rnn)
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
    var other = try makeCheckpoint(.rnn, .embedding)
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
    var checkpoint = try makeCheckpoint(cell, .normalized)
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
        var expected: Float = isGRU && gate == 1 && name.hasPrefix("rnn") && !name.contains("gain") ? -1 : 1
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

  struct Tensor {
    var name: String
    var shape: [Int]
    var values: [Float]
  }

  /// Writes the file anew with other tensors or metadata.
  func rewrite(_ change: (_ tensors: inout [Tensor], _ metadata: inout [String: String]) -> Void) throws {
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
    let expected = try #require(try SafetensorsFile(path: path).shape(of: name))
    let count = expected.reduce(1, *)
    for shape in [[count, 1], [1] + expected.reversed(), [count + 1], [], [0]] {
      try folder.write(original, to: "checkpoint.bin")
      try rewrite { tensors, _ in
        for index in tensors.indices where tensors[index].name == name {
          tensors[index].shape = shape
          tensors[index].values = [Float](repeating: 1, count: shape.reduce(1, *))
        }
      }
      // Fewer numbers in the output layer than characters: the characters are not read to their end.
      let error: CheckpointError.Damage =
        name == "decoder.bias" && shape.reduce(1, *) < 9
        ? .metadata("vocabulary") : .tensorShape(shape, tensor: name, expected: expected)
      #expect(throws: CheckpointError.damaged(path: path, error)) { try Checkpoint(path: path) }
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
    ("format_version", ["", "one", "-1", "1.0", "0", "+1", "01", "99999999999999999999"]),
    (
      "configuration",
      ["", "{}", "[]", "null", #"{"cell":"lstm"}"#, #"{"hiddenSize":0}"#, #"{"hiddenSize":-1}"#]
    ),
    (
      "vocabulary",
      ["", "[]", "{}", #"["b","a"]"#, #"["a","a"]"#, #"["ab"]"#, "[97,98]", #"["a",1]"#, #"["a"] "b""#]
    ),
    (
      "progress",
      [
        "", "{}", "3", #"{"step":"3","epoch":1}"#, #"{"step":-1,"epoch":1}"#, #"{"step":1,"epoch":-1}"#,
        #"{"step":1,"epoch":1e999}"#, #"{"step":1,"step":1,"epoch":1}"#,
      ]
    ),
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
      let error = CheckpointError.Damage.tensorShape(
        [84, 9], tensor: "rnn.weight_ih_l0", expected: [4 * hiddenSize, 9])
      #expect(throws: CheckpointError.damaged(path: path, error)) { try Checkpoint(path: path) }
    }
    checkpoint.training.hiddenSize = 21
    checkpoint.training.layerCount = 3
    try checkpoint.write(to: path)
    #expect(throws: CheckpointError.damaged(path: path, .missingTensor("rnn.weight_ih_l2"))) {
      try Checkpoint(path: path)
    }
  }

  /// Values that no tool accepts, and a member that is there twice.
  @Test(arguments: [
    (#""batchSize":13"#, [#""batchSize":0"#, #""batchSize":-13"#, #""batchSize":9223372036854775807"#]),
    (#""chunkLength":17"#, [#""chunkLength":0"#, #""chunkLength":4294967296"#, #""chunkLength":17.5"#]),
    (#""learningRate":0.1"#, [#""learningRate":-1"#, #""learningRate":1e999"#, #""learningRate":"0.1""#]),
    (#""beta1":0.9"#, [#""beta1":1"#, #""beta1":-0.1"#]),
    (#""epsilon":1e-08"#, [#""epsilon":0"#]),
    (#""validationFraction":0.1"#, [#""validationFraction":1"#, #""validationFraction":-0.5"#]),
    (
      #""unit":"character""#,
      [
        #"{"readsLines":true,"split":"tail","testFraction":-1}"#,
        #"{"readsLines":true,"split":"tail","testFraction":0.9}"#,
        #"{"readsLines":true,"split":"head","testFraction":0}"#, #"{"readsLines":7,"split":"tail","testFraction":0}"#,
        #"{"readsLines":true,"split":"tail","testFraction":0,"validationLineCount":0}"#,
      ].map {
        #""unit":"character","division":\#($0.dropLast()),"hasValidationText":false,"hasTestText":false}"#
      }
    ),
    (#""forgetBias":1"#, [#""forgetBias":1e39"#]),
    (#""unit":"character""#, [#""unit":"word""#, #""unit":"character","unit":"character""#]),
    (
      #""layerCount":2"#,
      [
        #""layerCount":2,"more":\#(String(repeating: "[", count: 16) + String(repeating: "]", count: 16))"#,
        #""layerCount":2,"#,
      ]
    ),
  ])
  func impossibleConfigurations(member: String, replacements: [String]) throws {
    try makeCheckpoint(.lstm).write(to: path)
    let original = try folder.bytes(of: "checkpoint.bin")
    let configuration = try #require(try SafetensorsFile(path: path).metadata["configuration"])
    try #require(configuration.contains(member), "\(configuration)")
    for replacement in replacements {
      try folder.write(original, to: "checkpoint.bin")
      try rewrite { _, metadata in
        metadata["configuration"] = configuration.replacing(member, with: replacement)
      }
      #expect(throws: CheckpointError.damaged(path: path, .metadata("configuration")), "\(replacement)") {
        try Checkpoint(path: path)
      }
    }
  }

  /// A later version may say more of how a model was trained.
  @Test func unknownMembersAreIgnored() throws {
    let checkpoint = try makeCheckpoint(.lstm)
    try checkpoint.write(to: path)
    try rewrite { _, metadata in
      metadata["configuration"]?.replace("{\"batchSize\"", with: #"{"new":{"a":[1,null,"x"]},"batchSize""#)
      metadata["more"] = "text"
    }
    #expect(try Checkpoint(path: path).training == checkpoint.training)
  }

  /// One such weight, and every prediction is none.
  @Test(arguments: [Float.nan, .infinity, -.infinity])
  func weightsThatAreNotFiniteAreRefused(value: Float) throws {
    try makeCheckpoint(.gruResetAfter).write(to: path)
    try rewrite { tensors, _ in tensors[2].values[30] = value }
    #expect(throws: CheckpointError.damaged(path: path, .notFinite(tensor: "rnn.bias_ih_l0"))) {
      try Checkpoint(path: path)
    }
  }

  /// The checksum may be missing from a model, which others may have written, but not from what training goes on from.
  @Test func theStateOfTrainingNeedsAChecksum() throws {
    let checkpoint = try makeCheckpoint(.rnn)
    try checkpoint.write(to: path)
    try withoutChecksum()
    #expect(try bits(Checkpoint(path: path).model) == bits(checkpoint.model))
    try checkpoint.write(to: path)
    try rewrite { tensors, _ in tensors.append(Tensor(name: "state", shape: [1], values: [1])) }
    #expect(try bits(Checkpoint(path: path).model) == bits(checkpoint.model))
    try withoutChecksum()
    #expect(throws: CheckpointError.damaged(path: path, .missingChecksum)) { try Checkpoint(path: path) }
  }

  /// Gives the checksum another name.
  private func withoutChecksum() throws {
    var bytes = try folder.bytes(of: "checkpoint.bin")
    let name = try #require(bytes.firstRange(of: Array("crc32c".utf8)))
    bytes[name.lowerBound] = UInt8(ascii: "C")
    try folder.write(bytes, to: "checkpoint.bin")
  }

  /// A unit is padded to sixteen.
  @Test func manyTimesTheFileInMemoryIsRefused() throws {
    let entries = (0..<200_000).compactMap { Unicode.Scalar(UInt32($0) + 0xE000).map { Array(String($0).utf8) } }
    let vocabulary = try Vocabulary(unit: .character, entries: entries)
    var checkpoint = try makeCheckpoint(.lstm)
    checkpoint.training.hiddenSize = 1
    checkpoint.training.layerCount = 1
    checkpoint.model = try LanguageModel(
      checkpoint.training.modelConfiguration(vocabularySize: vocabulary.count), vocabulary: vocabulary)
    try checkpoint.write(to: path)
    let error = #expect(throws: CheckpointError.self) { try Checkpoint(path: path) }
    guard case .unsupported(path, .padding(let need, let limit)) = error else {
      Issue.record("wrong error: \(String(describing: error))")
      return
    }
    #expect(need > limit)
    #expect(try limit == 2 * folder.bytes(of: "checkpoint.bin").count + 32 << 20)
  }

  @Test func aLaterFormatIsSaidToBeLater() throws {
    try makeCheckpoint(.rnn).write(to: path)
    try rewrite { _, metadata in metadata["format_version"] = "2" }
    #expect(throws: CheckpointError.newerFormat(path: path, version: 2)) { try Checkpoint(path: path) }
  }
}
