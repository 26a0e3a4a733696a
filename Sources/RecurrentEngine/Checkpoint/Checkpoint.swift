#if canImport(FoundationEssentials)
  internal import FoundationEssentials
#else
  internal import Foundation
#endif

/// A model with what is known about it, as a file holds it: a safetensors file with PyTorch's names and layout.
public struct Checkpoint {
  /// Where training stood when the model was saved.
  public struct Progress: Codable, Equatable, Sendable {
    public var step: Int
    public var epoch: Double
    /// Nats per character; nil without validation.
    public var validationLoss: Double?

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

  public var model: LanguageModel
  /// How the model was trained.
  public var training: TrainingConfiguration
  public var progress: Progress
  public var selection: Selection
  /// What generation starts from without a prompt: a newline, or the commonest character where there is none.
  public var startCharacter: Int32

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

extension Corpus {
  /// What generation starts from without a prompt.
  public var startCharacter: Int32 { vocabulary.newlineID ?? commonestID }
}

// MARK: Writing

extension Checkpoint {
  /// Replaces the file at `path`: at every moment there is the whole old file or the whole new one.
  ///
  /// - Throws: `CheckpointError.cannotCreate` or `.writeFailed`.
  public func write(to path: String) throws(CheckpointError) {
    let tensors = model.layout.pyTorchTensors.map { tensor in
      SafetensorsTensor(tensor.name, shape: tensor.shape, values: tensor.elements(from: model.parameters.pointer))
    }
    try SafetensorsFile.write(tensors, metadata: metadata, to: path)
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

  private enum Key {
    static let formatVersion = "format_version"
    static let configuration = "configuration"
    static let vocabulary = "vocabulary"
    static let progress = "progress"
    static let selected = "selected"
    static let startCharacter = "start_character"
  }
}

private func json(_ value: some Encodable) -> String {
  let encoder = JSONEncoder()
  // The same bytes for the same model.
  encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
  // Finite numbers and text alone are encoded here, and those always can be.
  return (try? encoder.encode(value)).map { String(decoding: $0, as: UTF8.self) } ?? "null"
}

// MARK: Reading

extension Checkpoint {
  /// - Throws: `CheckpointError`; `KernelSelectionError` if the environment asks for kernels that cannot be had.
  public init(path: String) throws {
    let file = try SafetensorsFile(path: path)
    let metadata = Metadata(entries: file.metadata, path: path)
    let version = try metadata.integer(Key.formatVersion)
    guard version <= Self.formatVersion else { throw CheckpointError.newerFormat(path: path, version: version) }

    training = try metadata.decode(TrainingConfiguration.self, Key.configuration)
    progress = try metadata.decode(Progress.self, Key.progress)
    guard let selection = Selection(rawValue: try metadata.text(Key.selected)) else {
      throw metadata.damage(Key.selected)
    }
    self.selection = selection
    let entries = try metadata.decode(Vocabulary.JSONEntries.self, Key.vocabulary)
    let vocabulary: Vocabulary
    do {
      vocabulary = try Vocabulary(unit: training.unit, jsonEntries: entries)
    } catch {
      throw metadata.damage(Key.vocabulary)
    }
    let configuration = training.modelConfiguration(vocabularySize: vocabulary.count)
    let start = try metadata.integer(Key.startCharacter)
    guard start < vocabulary.count else { throw metadata.damage(Key.startCharacter) }
    startCharacter = Int32(start)
    guard configuration.isValid else { throw metadata.damage(Key.configuration) }

    // Every shape is compared before anything is allocated from the configuration.
    var tensors: [String: [Float]] = [:]
    for (name, shape) in configuration.pyTorchShapes {
      guard let found = file.shape(of: name) else {
        throw CheckpointError.damaged(path: path, .missingTensor(name))
      }
      guard found == shape else { throw CheckpointError.damaged(path: path, .tensorSize(tensor: name)) }
    }
    for (name, _) in configuration.pyTorchShapes { tensors[name] = try file.tensor(named: name) }
    model = try LanguageModel(configuration, vocabulary: vocabulary)
    model.setParameters(pyTorchTensors: tensors)
  }

  /// Texts out of a file, none of which can be trusted.
  private struct Metadata {
    var entries: [String: String]
    var path: String

    func damage(_ key: String) -> CheckpointError { .damaged(path: path, .metadata(key)) }

    func text(_ key: String) throws(CheckpointError) -> String {
      guard let text = entries[key] else { throw damage(key) }
      return text
    }

    func integer(_ key: String) throws(CheckpointError) -> Int {
      guard let value = Int(try text(key)), value >= 0 else { throw damage(key) }
      return value
    }

    func decode<Value: Decodable>(_: Value.Type, _ key: String) throws(CheckpointError) -> Value {
      let data = Data(try text(key).utf8)
      guard let value = try? JSONDecoder().decode(Value.self, from: data) else { throw damage(key) }
      return value
    }
  }
}
