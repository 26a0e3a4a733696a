internal import Checksums

extension Checkpoint {
  /// Reads a file and checks all of it. Reading takes at most twice the file's size plus 32 MB of memory, whatever the
  /// file contains.
  ///
  /// - Throws: `CheckpointError`; `KernelSelectionError` if the environment requests kernels that are not available.
  public init(path: String) throws {
    try self.init(path: path, calls: .system)
  }

  package init(path: String, calls: FileSystemCalls) throws {
    try self.init(SafetensorsFile(path: path, calls: calls))
  }

  /// Reads the model of a file that may also contain training state.
  init(_ file: borrowing SafetensorsFile) throws {
    let metadata = Metadata(entries: file.metadata, path: file.path)
    try Self.checkVersion(in: metadata)
    training = try metadata.decode(TrainingConfiguration.self, Key.configuration)
    guard training.isValid else { throw metadata.damage(Key.configuration) }
    progress = try metadata.decode(Progress.self, Key.progress)
    guard progress.isValid else { throw metadata.damage(Key.progress) }
    guard let selection = Selection(rawValue: try metadata.text(Key.selected)) else {
      throw metadata.damage(Key.selected)
    }
    self.selection = selection

    let vocabulary = try metadata.vocabulary(
      Key.vocabulary, unit: training.unit, atMost: try file.elementCount(of: "decoder.bias"))
    let start = try metadata.integer(Key.startCharacter)
    guard start < vocabulary.count else { throw metadata.damage(Key.startCharacter) }
    startCharacter = Int32(start)
    arguments = file.metadata[Key.arguments] == nil ? [] : try metadata.decode([String].self, Key.arguments)
    initialChecksum = file.metadata[Key.initialChecksum]
    guard initialChecksum.map(Self.isChecksum) != false else { throw metadata.damage(Key.initialChecksum) }
    checksum = String(decoding: try file.checksum().hexadecimalDigits, as: UTF8.self)
    // The first character of a line is predicted from the end mark.
    guard !training.division.readsLines || vocabulary.newlineID != nil else { throw metadata.damage(Key.vocabulary) }

    let configuration = training.modelConfiguration(vocabularySize: vocabulary.count)
    guard configuration.isValid else { throw metadata.damage(Key.configuration) }
    try file.checkTensors(of: configuration)
    try file.checkMemory(for: configuration, vocabulary: vocabulary)
    model = try LanguageModel(configuration, vocabulary: vocabulary)
    try file.readParameters(of: model)
  }

  private static func isChecksum(_ text: String) -> Bool {
    UInt32(text, radix: 16).map { Array(text.utf8) == $0.hexadecimalDigits } ?? false
  }

  private static func checkVersion(in metadata: Metadata) throws(CheckpointError) {
    let version = try metadata.integer(Key.formatVersion)
    guard version > 0 else { throw metadata.damage(Key.formatVersion) }
    guard version <= formatVersion else { throw .newerFormat(path: metadata.path, version: version) }
  }
}

extension Checkpoint.Progress {
  fileprivate var isValid: Bool {
    step >= 0 && epoch.isFinite && epoch >= 0 && validationLoss?.isFinite != false && lengthChangeStep ?? 0 >= 0
  }
}

extension SafetensorsFile {
  /// Returns the number of elements of a tensor, all of which are present: the file is at least as long.
  fileprivate func elementCount(of name: String) throws(CheckpointError) -> Int {
    guard let shape = shape(of: name) else { throw .damaged(path: path, .missingTensor(name)) }
    return shape.contains(0) ? 0 : shape.reduce(1, *)
  }

  /// Compares every shape, before anything is allocated from the configuration.
  fileprivate func checkTensors(of configuration: ModelConfiguration) throws(CheckpointError) {
    let expected = configuration.pyTorchShapes
    for (name, shape) in expected { try check(name, shape: shape) }
    // A file with more tensors than the model contains training state.
    guard hasChecksum || names.count == expected.count else { throw .damaged(path: path, .missingChecksum) }
  }

  /// Checks the memory that the model needs: padding to whole vectors makes one of few units far larger than its file.
  fileprivate func checkMemory(
    for configuration: ModelConfiguration, vocabulary: Vocabulary
  ) throws(CheckpointError) {
    let entryByteCount = 64  // An array of a few bytes, with its overhead.
    let modelByteCount = ParameterLayout(configuration).size * MemoryLayout<Float>.stride
    let need = modelByteCount + vocabulary.count * entryByteCount
    let limit = 2 * byteCount + 32 << 20
    guard need <= limit else { throw .unsupported(path: path, .padding(byteCount: need, limit: limit)) }
    let total = need + Machine.reservedMemory
    if let available = Machine.availableMemory, total > available {
      throw .tooLarge(path: path, byteCount: total, available: available)
    }
  }

  fileprivate func readParameters(of model: LanguageModel) throws(CheckpointError) {
    for tensor in model.layout.pyTorchTensors { try read(tensor, to: model.parameters) }
  }

  /// Adds a tensor's elements to their positions in a parameter buffer.
  ///
  /// - Parameter prefix: Distinguishes the tensor from others of the same parameters, like `StoredRun.bestPrefix`.
  /// - Throws: `CheckpointError`, also if an element is NaN or infinite.
  func read(_ tensor: PyTorchTensor, prefix: String = "", to buffer: FloatBuffer) throws(CheckpointError) {
    let name = prefix + tensor.name
    try check(name, shape: tensor.shape)
    try forEachPiece(ofTensor: name) { (first, elements: [Float]) throws(CheckpointError) in
      guard elements.allSatisfy(\.isFinite) else { throw .damaged(path: path, .notFinite(tensor: name)) }
      tensor.add(elements, at: first, to: buffer)
    }
  }

  func check(_ name: String, shape: [Int]) throws(CheckpointError) {
    guard let found = self.shape(of: name) else { throw .damaged(path: path, .missingTensor(name)) }
    guard found == shape else { throw .damaged(path: path, .tensorShape(found, tensor: name, expected: shape)) }
  }
}
