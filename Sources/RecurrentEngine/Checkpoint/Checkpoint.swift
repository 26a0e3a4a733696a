#if canImport(FoundationEssentials)
  internal import FoundationEssentials
#else
  internal import Foundation
#endif

/// A model with what is known about it, as a file holds it: a safetensors file with PyTorch's names and layout.
public struct Checkpoint {
  /// Where training stood when the model was saved.
  public struct Progress: Codable, Equatable, Sendable {
    /// Steps of training; the first is 1, and 0 is none.
    public var step: Int
    /// Passes over the training part.
    public var epoch: Double
    /// Nats per character; nil without validation.
    public var validationLoss: Double?

    /// A place in training, which must be possible: no checkpoint is read that has another.
    public init(step: Int, epoch: Double, validationLoss: Double?) {
      self.step = step
      self.epoch = epoch
      self.validationLoss = validationLoss
    }
  }

  /// Why this model was saved and no other.
  public enum Selection: String, Sendable {
    /// The best loss in validation.
    case best
    /// There was no validation.
    case newest
  }

  static let formatVersion = 1

  /// The vocabulary, the shape and the parameters.
  public var model: LanguageModel
  /// How the model was trained.
  public var training: TrainingConfiguration
  /// Where training stood.
  public var progress: Progress
  /// Why it is this model.
  public var selection: Selection
  /// What generation starts from without a prompt: a newline, or the commonest character where there is none.
  public var startCharacter: Int32

  /// A checkpoint of a model, which shares the parameters: they are written as they are then.
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
  /// Replaces the file at `path`: at every moment there is the whole old file or the whole new one.
  ///
  /// - Throws: `CheckpointError.cannotCreate` or `.writeFailed`.
  public func write(to path: String) throws(CheckpointError) {
    try write(to: path, with: [], metadata: [:])
  }

  /// Writes the model with more tensors and metadata.
  func write(
    to path: String, with otherTensors: [SafetensorsTensor], metadata otherMetadata: [String: String]
  ) throws(CheckpointError) {
    let tensors = model.layout.pyTorchTensors.map { $0.safetensor(of: model.parameters) }
    try SafetensorsFile.write(
      tensors + otherTensors, metadata: metadata.merging(otherMetadata) { first, _ in first }, to: path)
  }

  private var metadata: [String: String] {
    [
      Key.formatVersion: String(Self.formatVersion),
      Key.configuration: json(training),
      Key.vocabulary: json(model.vocabulary.jsonEntries),
      Key.progress: json(progress),
      Key.selected: selection.rawValue,
      Key.startCharacter: String(startCharacter),
    ]
  }

  enum Key {
    static let formatVersion = "format_version"
    static let configuration = "configuration"
    static let vocabulary = "vocabulary"
    static let progress = "progress"
    static let selected = "selected"
    static let startCharacter = "start_character"
  }
}

extension PyTorchTensor {
  /// To be written under its name, after what tells it from others of the same parameters.
  func safetensor(_ prefix: String = "", of buffer: FloatBuffer) -> SafetensorsTensor {
    SafetensorsTensor(prefix + name, shape: shape, values: elements(from: buffer))
  }
}

func json(_ value: some Encodable) -> String {
  let encoder = JSONEncoder()
  // The same bytes for the same model.
  encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
  // Finite numbers and text alone are encoded here, and those always can be.
  return (try? encoder.encode(value)).map { String(decoding: $0, as: UTF8.self) } ?? "null"
}
