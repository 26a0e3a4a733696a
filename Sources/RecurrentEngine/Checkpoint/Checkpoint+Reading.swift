internal import Checksums

extension Checkpoint {
  /// Reads a file and checks all of it. Reading takes at most 32 MB of memory and twice the size that the file would have
  /// with float32 weights, whatever it contains.
  ///
  /// - Throws: `CheckpointError`; `KernelSelectionError` if the environment requests kernels that are not available.
  public init(path: String) throws {
    try self.init(path: path, calls: .system)
  }

  /// Reads a file like ``init(path:)`` and widens its weights to float32, for computations other than prediction.
  public init(widening path: String) throws {
    try self.init(SafetensorsFile(path: path), isWidened: true)
  }

  package init(path: String, calls: FileSystemCalls) throws {
    try self.init(SafetensorsFile(path: path, calls: calls))
  }

  /// Reads the model of a file that may also contain training state.
  ///
  /// - Parameter isWidened: Whether the model computes in float32, whatever the format of the weights.
  init(_ file: borrowing SafetensorsFile, isWidened: Bool = false) throws {
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
      Key.vocabulary, unit: training.unit, separator: training.division.records,
      atMost: try file.elementCount(of: "decoder.bias"))
    let start = try metadata.integer(Key.startCharacter)
    guard start < vocabulary.count else { throw metadata.damage(Key.startCharacter) }
    startCharacter = Int32(start)
    arguments = file.metadata[Key.arguments] == nil ? [] : try metadata.decode([String].self, Key.arguments)
    initialChecksum = file.metadata[Key.initialChecksum]
    guard initialChecksum.map(Self.isChecksum) != false else { throw metadata.damage(Key.initialChecksum) }
    checksum = String(decoding: try file.checksum().hexadecimalDigits, as: UTF8.self)
    // The first character of a record is predicted from the end mark.
    guard training.division.records == nil || vocabulary.endMark != nil else { throw metadata.damage(Key.vocabulary) }

    let configuration = training.modelConfiguration(vocabularySize: vocabulary.count)
    guard configuration.isValid else { throw metadata.damage(Key.configuration) }
    weights = try Self.weightFormat(in: metadata)
    try file.checkTensors(of: configuration, weights)
    try file.checkMemory(for: configuration, vocabulary: vocabulary, weights)
    let model = try LanguageModel(configuration, vocabulary: vocabulary)
    let scales = try file.readParameters(of: model, weights)
    self.model =
      switch weights {
      case _ where isWidened: model
      case .float32: model
      case .bfloat16: try LanguageModel(model, .bfloat16)
      case .int8: try LanguageModel(model, .int8(scales: scales))
      }
  }

  private static func weightFormat(in metadata: Metadata) throws(CheckpointError) -> WeightFormat {
    guard let name = metadata.entries[WeightFormat.metadataKey] else { return .float32 }
    guard let format = WeightFormat(rawValue: name) else { throw metadata.damage(WeightFormat.metadataKey) }
    return format
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

extension WeightFormat {
  /// Bytes of a weight that is held in this format besides as a float.
  fileprivate var compactByteCount: Int {
    switch self {
    case .float32: 0
    case .bfloat16: 2
    case .int8: 1
    }
  }

  /// Bytes of a float for each byte of a weight.
  fileprivate var widening: Int { self == .float32 ? 1 : MemoryLayout<Float>.stride / compactByteCount }
}

extension SafetensorsFile {
  /// Returns the number of elements of a tensor, all of which are present: the file is at least as long.
  fileprivate func elementCount(of name: String) throws(CheckpointError) -> Int {
    guard let shape = shape(of: name) else { throw .damaged(path: path, .missingTensor(name)) }
    return shape.contains(0) ? 0 : shape.reduce(1, *)
  }

  /// Compares every shape, before anything is allocated from the configuration.
  fileprivate func checkTensors(
    of configuration: ModelConfiguration, _ weights: WeightFormat
  ) throws(CheckpointError) {
    let expected = configuration.pyTorchShapes
    var ofModel = Set<String>()
    for (name, shape) in expected where !lacksSecondBias(name, weights) {
      try check(name, shape: shape)
      ofModel.insert(name)
      guard weights == .int8, elementType(of: name) == .int8 else { continue }
      ofModel.insert(WeightFormat.scaleName(of: name))
      try WeightFormat.checkColumns(shape[1], path: path)
    }
    // A file with more tensors than the model contains training state.
    guard hasChecksum || names.allSatisfy(ofModel.contains) else { throw .damaged(path: path, .missingChecksum) }
  }

  /// Checks the memory that the model needs: padding to whole vectors makes one of few units far larger than its file.
  fileprivate func checkMemory(
    for configuration: ModelConfiguration, vocabulary: Vocabulary, _ weights: WeightFormat
  ) throws(CheckpointError) {
    let entryByteCount = 64  // An array of a few bytes, with its overhead.
    let size = ParameterLayout(configuration).size
    let modelByteCount = size * MemoryLayout<Float>.stride + size * weights.compactByteCount
    let need = modelByteCount + vocabulary.count * entryByteCount
    let limit = 2 * byteCount * weights.widening + 32 << 20
    guard need <= limit else { throw .unsupported(path: path, .padding(byteCount: need, limit: limit)) }
    let total = need + Machine.reservedMemory
    if let available = Machine.availableMemory, total > available {
      throw .tooLarge(path: path, byteCount: total, available: available)
    }
  }

  /// Reads all parameters as floats.
  ///
  /// - Returns: The scales of the rows of each quantized tensor.
  fileprivate func readParameters(
    of model: LanguageModel, _ weights: WeightFormat
  ) throws(CheckpointError) -> [String: [Float]] {
    var scales: [String: [Float]] = [:]
    for tensor in model.layout.pyTorchTensors {
      switch weights {
      case .bfloat16 where tensor.isProductMatrix: try readBFloat16(tensor, to: model.parameters)
      case .int8 where tensor.isProductMatrix:
        scales[tensor.name] = try readQuantized(tensor, to: model.parameters)
      case _ where lacksSecondBias(tensor.name, weights): continue
      default: try read(tensor, to: model.parameters)
      }
    }
    return scales
  }

  private func lacksSecondBias(_ name: String, _ weights: WeightFormat) -> Bool {
    weights.canLackSecondBias && PyTorchTensor.isSecondBias(name) && shape(of: name) == nil
  }

  private func readBFloat16(_ tensor: PyTorchTensor, to buffer: FloatBuffer) throws(CheckpointError) {
    try forEachPiece(ofTensor: tensor.name) { (first, elements: [BFloat16]) throws(CheckpointError) in
      let floats = elements.map { Float($0) }
      try checkFinite(floats, of: tensor.name)
      tensor.add(floats, at: first, to: buffer)
    }
  }

  private func readQuantized(_ tensor: PyTorchTensor, to buffer: FloatBuffer) throws(CheckpointError) -> [Float] {
    let name = WeightFormat.scaleName(of: tensor.name)
    try check(name, shape: [tensor.shape[0]])
    let scales: [Float] = try self.tensor(named: name)
    guard scales.allSatisfy({ $0 >= 0 && ($0 * 127).isFinite }) else {
      throw .damaged(path: path, .scale(tensor: name))
    }
    try forEachPiece(ofTensor: tensor.name) { (first, elements: [Int8]) throws(CheckpointError) in
      // −128 has no opposite number, which the kernels and rows with the opposite sign need.
      guard !elements.contains(.min) else { throw .damaged(path: path, .quantizedNumber(tensor: tensor.name)) }
      let floats = elements.enumerated().map { Float($1) * scales[(first + $0) / tensor.shape[1]] }
      tensor.add(floats, at: first, to: buffer)
    }
    return scales
  }

  private func checkFinite(_ elements: [Float], of tensor: String) throws(CheckpointError) {
    guard elements.allSatisfy(\.isFinite) else { throw .damaged(path: path, .notFinite(tensor: tensor)) }
  }

  /// Adds a tensor's elements to their positions in a parameter buffer.
  ///
  /// - Parameter prefix: Distinguishes the tensor from others of the same parameters, like `StoredRun.bestPrefix`.
  /// - Throws: `CheckpointError`, also if an element is NaN or infinite.
  func read(_ tensor: PyTorchTensor, prefix: String = "", to buffer: FloatBuffer) throws(CheckpointError) {
    let name = prefix + tensor.name
    try check(name, shape: tensor.shape)
    try forEachPiece(ofTensor: name) { (first, elements: [Float]) throws(CheckpointError) in
      try checkFinite(elements, of: name)
      tensor.add(elements, at: first, to: buffer)
    }
  }

  func check(_ name: String, shape: [Int]) throws(CheckpointError) {
    guard let found = self.shape(of: name) else { throw .damaged(path: path, .missingTensor(name)) }
    guard found == shape else { throw .damaged(path: path, .tensorShape(found, tensor: name, expected: shape)) }
  }
}
