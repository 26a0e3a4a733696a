internal import CommandLineSupport
internal import Plotting
internal import RecurrentEngine
internal import ToolSupport

#if canImport(FoundationEssentials)
  internal import FoundationEssentials
#else
  internal import Foundation
#endif

/// What is known of a checkpoint. The names of its properties are those of the JSON, there in snake case.
struct Inspection: Encodable {
  struct Model: Encodable {
    var cell: String
    var layerCount: Int
    var hiddenSize: Int
    /// Numbers that are learned.
    var parameterCount: Int
  }

  struct VocabularySummary: Encodable {
    var unit: TextUnit
    var size: Int
    var entries: Vocabulary.JSONEntries
  }

  /// In bytes; nil for training with sizes that no machine has memory for.
  struct Memory: Encodable {
    var sampling: Int?
    var training: Int?
  }

  /// Where training stood when the model was saved. Losses are nil without validation.
  struct Reached: Encodable {
    var step: Int
    var epoch: Double
    /// Nats per unit.
    var validationLoss: Double?
    /// Bits per unit.
    var validationBits: Double?
  }

  var file: String
  var formatVersion: Int
  var byteCount: Int
  var model: Model
  var configuration: TrainingConfiguration
  var vocabulary: VocabularySummary
  var selected: String
  var reached: Reached
  var canResume: Bool
  var memory: Memory
  /// The options with which `lstm-train` makes the same computation.
  var arguments: [String]
  var tensors: [TensorSummary]
}

extension Inspection {
  /// The metadata that a checkpoint has if training can go on from it.
  private static let resumingKey = "run"

  /// - Throws: `CheckpointError`; `KernelSelectionError` if the environment asks for kernels that cannot be had.
  init(path: String) throws {
    let (metadata, byteCount) = try Self.container(path: path)
    let checkpoint = try Checkpoint(path: path)
    let shape = checkpoint.model.configuration
    let vocabulary = checkpoint.model.vocabulary
    let progress = checkpoint.progress
    self.init(
      file: path,
      formatVersion: metadata["format_version"].flatMap { Int($0) } ?? 0,
      byteCount: byteCount,
      model: Model(
        cell: shape.cell.rawValue, layerCount: shape.layerCount, hiddenSize: shape.hiddenSize,
        parameterCount: shape.parameterCount),
      configuration: checkpoint.training,
      vocabulary: VocabularySummary(
        unit: vocabulary.unit, size: vocabulary.count, entries: vocabulary.jsonEntries),
      selected: checkpoint.selection.rawValue,
      reached: Reached(
        step: progress.step, epoch: progress.epoch, validationLoss: progress.validationLoss,
        validationBits: progress.validationLoss.map { $0 * bitsPerNat }),
      canResume: metadata[Self.resumingKey] != nil,
      memory: Memory(
        sampling: MemoryEstimate(generating: 1, with: shape)?.totalBytes,
        training: checkpoint.training.memoryEstimate(vocabularySize: vocabulary.count)?.totalBytes),
      arguments: checkpoint.training.arguments,
      tensors: checkpoint.model.pyTorchTensors.map {
        TensorSummary(name: $0.name, shape: $0.shape, elements: $0.elements)
      })
  }

  /// What the file says beside the model.
  private static func container(path: String) throws(CheckpointError) -> ([String: String], byteCount: Int) {
    let file = try SafetensorsFile(path: path)
    return (file.metadata, file.byteCount)
  }

  /// One JSON object, with a line feed at its end.
  var json: String {
    get throws {
      let encoder = JSONEncoder()
      encoder.keyEncodingStrategy = .convertToSnakeCase
      encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
      return String(decoding: try encoder.encode(self), as: UTF8.self) + "\n"
    }
  }
}
