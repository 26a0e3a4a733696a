#if canImport(FoundationEssentials)
internal import FoundationEssentials
#else
internal import Foundation
#endif

/// A model with its training configuration and progress, stored as safetensors with PyTorch's names and layout.
public struct Checkpoint {
  /// The training progress at which the model was saved.
  public struct Progress: Codable, Equatable, Sendable {
    /// The number of training steps; 0 before the first.
    public var step: Int
    /// The number of epochs, including the fraction of the current one.
    public var epoch: Double
    /// The validation loss in nats per character; nil without validation.
    public var validationLoss: Double?
    /// See ``TrainingProgress/lengthChangeStep``.
    public var lengthChangeStep: Int?

    /// Creates progress from valid values; reading rejects a checkpoint with invalid ones.
    public init(step: Int, epoch: Double, validationLoss: Double?, lengthChangeStep: Int? = nil) {
      self.step = step
      self.epoch = epoch
      self.validationLoss = validationLoss
      self.lengthChangeStep = lengthChangeStep
    }
  }

  /// The criterion by which the model was selected.
  public enum Selection: String, Sendable {
    /// The lowest validation loss.
    case best
    /// The newest model, because there was no validation.
    case newest
  }

  /// The newest format version that can be read.
  static let formatVersion = 2

  /// The vocabulary, the configuration and the parameters.
  public var model: LanguageModel
  /// The training configuration.
  public var training: TrainingConfiguration
  /// The training progress.
  public var progress: Progress
  /// The criterion by which the model was selected.
  public var selection: Selection
  /// The start character of generation without a prompt: the separator of records, the newline or, if there is
  /// none, the most frequent one.
  public var startCharacter: Int32
  /// The command-line arguments that determine the run; empty if they follow from the other properties.
  public var arguments: [String] = []
  /// The ``checksum`` of the checkpoint whose weights the run began with; nil for random weights.
  public var initialChecksum: String?
  /// The number format of the weights in the file that the checkpoint was read from.
  public internal(set) var weights = WeightFormat.float32
  /// The CRC-32C of the file that the checkpoint was read from, in hexadecimal digits; nil if it was not read.
  public internal(set) var checksum: String?

  /// Creates a checkpoint of a model. The parameters are shared, so their values at the time of writing are written.
  public init(
    model: LanguageModel, training: TrainingConfiguration, progress: Progress, selection: Selection,
    startCharacter: Int32
  ) {
    self.model = model
    self.training = training
    self.progress = progress
    self.selection = selection
    self.startCharacter = startCharacter
  }
}

// MARK: Writing

extension Checkpoint {
  /// Writes the checkpoint to `path` and replaces an existing file atomically: at every moment the file is either the
  /// whole old one or the whole new one.
  ///
  /// - Parameters:
  ///   - path: The path of the file.
  ///   - weights: The number format of the matrices; other parameters are float32.
  /// - Throws: `CheckpointError.cannotCreate` or `.writeFailed`; `.unsupported` for a size that a format excludes.
  public func write(to path: String, weights: WeightFormat = .float32) throws(CheckpointError) {
    try SafetensorsFile.write(tensors(in: weights, path: path), metadata: metadata(for: weights), to: path)
  }

  /// Returns the bytes of the file that ``write(to:weights:)`` would write.
  ///
  /// - Parameter path: The name of the file in messages.
  /// - Throws: `CheckpointError.unsupported` for a size that the format excludes.
  package func encoded(weights: WeightFormat, path: String) throws(CheckpointError) -> [UInt8] {
    try SafetensorsFile.encode(tensors(in: weights, path: path), metadata: metadata(for: weights), path: path)
  }

  private func tensors(in weights: WeightFormat, path: String) throws(CheckpointError) -> [SafetensorsTensor] {
    let tensors = model.layout.pyTorchTensors
    for tensor in tensors where weights == .int8 && tensor.isProductMatrix {
      try WeightFormat.checkColumns(tensor.shape[1], path: path)
    }
    // Numbers that were read are written again.
    let scales = model.network.scales
    return tensors.flatMap { weights.safetensors(of: $0, in: model.parameters, scales: scales[$0.name]) }
  }

  private func metadata(for weights: WeightFormat) -> [String: String] {
    var metadata = metadata
    metadata[Key.formatVersion] = String(weights.formatVersion)
    if weights != .float32 { metadata[WeightFormat.metadataKey] = weights.rawValue }
    return metadata
  }

  func write(
    to path: String, with otherTensors: [SafetensorsTensor], metadata otherMetadata: [String: String]
  ) throws(CheckpointError) {
    let tensors = model.layout.pyTorchTensors.map { $0.safetensor(of: model.parameters) }
    try SafetensorsFile.write(
      tensors + otherTensors, metadata: metadata.merging(otherMetadata) { first, _ in first }, to: path)
  }

  private var metadata: [String: String] {
    let optional = [
      Key.arguments: arguments.isEmpty ? nil : json(arguments), Key.initialChecksum: initialChecksum,
      Key.foldedKinds: model.vocabulary.foldedCount == 0 ? nil : String(model.vocabulary.foldedCount),
    ]
    return [
      Key.formatVersion: String(WeightFormat.float32.formatVersion),
      Key.configuration: json(training),
      Key.vocabulary: json(model.vocabulary.jsonEntries),
      Key.progress: json(progress),
      Key.selected: selection.rawValue,
      Key.startCharacter: String(startCharacter),
    ].merging(optional.compactMapValues(\.self)) { $1 }
  }

  enum Key {
    static let formatVersion = "format_version"
    static let configuration = "configuration"
    static let vocabulary = "vocabulary"
    static let progress = "progress"
    static let selected = "selected"
    static let startCharacter = "start_character"
    static let arguments = "arguments"
    static let initialChecksum = "initial_checkpoint"
    static let foldedKinds = "folded_kinds"
  }
}

extension PyTorchTensor {
  /// - Parameter prefix: Distinguishes the tensor's name from that of others of the same parameters.
  func safetensor(_ prefix: String = "", of buffer: FloatBuffer) -> SafetensorsTensor {
    SafetensorsTensor(prefix + name, shape: shape, values: elements(from: buffer))
  }
}

func json(_ value: some Encodable) -> String {
  let encoder = JSONEncoder()
  // Sorted keys give the same bytes for the same model.
  encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
  // Only finite numbers and text are encoded here, which never fails.
  return (try? encoder.encode(value)).map { String(decoding: $0, as: UTF8.self) } ?? "null"
}
