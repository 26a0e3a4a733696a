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

  /// Where training stood when the model was saved.
  struct Reached: Encodable {
    var step: Int
    var epoch: Double
    /// Nats per unit; nil for a model that was not validated.
    var validationLoss: Double?
    /// Bits per unit.
    var validationBits: Double?
    /// The best of the run so far, where the model is the newest of a run that can go on.
    var best: Best?
  }

  /// The lowest loss in validation.
  struct Best: Encodable {
    var step: Int
    /// Nats per unit.
    var validationLoss: Double
    /// Bits per unit.
    var validationBits: Double
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
  /// The options with which `lstm-train` does the same again: those of the whole run where the file knows them, and
  /// otherwise those that lead to the model.
  var arguments: [String]
  /// The model's.
  var tensors: [TensorSummary]
  /// All others in the file; empty for a model alone.
  var trainingState: [StateSummary]
}

extension Inspection {
  /// - Throws: `CheckpointError`; `KernelSelectionError` if the environment asks for kernels that cannot be had.
  init(path: String) throws {
    let file = try SafetensorsFile(path: path)
    let saved = try Self.run(in: file)
    let checkpoint = try saved?.checkpoint ?? Checkpoint(path: path)
    let shape = checkpoint.model.configuration
    let vocabulary = checkpoint.model.vocabulary
    let progress = checkpoint.progress
    let tensors = checkpoint.model.pyTorchTensors
    self.init(
      file: path,
      formatVersion: file.metadata["format_version"].flatMap { Int($0) } ?? 0,
      byteCount: file.byteCount,
      model: Model(
        cell: shape.cell.name, layerCount: shape.layerCount, hiddenSize: shape.hiddenSize,
        parameterCount: shape.parameterCount),
      configuration: checkpoint.training,
      vocabulary: VocabularySummary(
        unit: vocabulary.unit, size: vocabulary.count, entries: vocabulary.jsonEntries),
      selected: checkpoint.selection.rawValue,
      reached: Reached(
        step: progress.step, epoch: progress.epoch, validationLoss: progress.validationLoss,
        validationBits: progress.validationLoss.map { $0 * bitsPerNat },
        best: saved?.progress.best.map {
          Best(step: $0.step, validationLoss: $0.loss, validationBits: $0.loss * bitsPerNat)
        }),
      canResume: saved != nil,
      memory: Memory(
        sampling: MemoryEstimate(generating: 1, with: shape)?.totalBytes,
        training: checkpoint.training.memoryEstimate(vocabularySize: vocabulary.count)?.totalBytes),
      arguments: (saved?.arguments ?? Self.arguments(of: checkpoint)) + checkpoint.training.division.fileArguments,
      tensors: tensors.map { TensorSummary(name: $0.name, shape: $0.shape, elements: $0.elements) },
      trainingState: StateSummary.all(in: file, besides: Set(tensors.map(\.name))))
  }

  /// The run that the file can go on with; nil for a model alone.
  private static func run(in file: borrowing SafetensorsFile) throws -> SavedRun? {
    do {
      return try SavedRun(path: file.path)
    } catch CheckpointError.noTrainingState {
      return nil
    }
  }

  /// A model alone does not know how long its run was meant to be, but the step at which it was the best.
  private static func arguments(of checkpoint: Checkpoint) -> [String] {
    let step = checkpoint.progress.step
    // A model that was imported has no step and no loss; one that was only validated has a loss.
    let isOfARun = step > 0 || checkpoint.progress.validationLoss != nil
    // Also settings that have their defaults: another version may have others.
    let settings = configurationOptions.flatMap { $0.arguments(for: checkpoint.training) }
    return settings + (isOfARun ? ["--steps", String(step)] : [])
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
