internal import CommandLineSupport
internal import Plotting
internal import RecurrentEngine
internal import ToolSupport

#if canImport(FoundationEssentials)
internal import FoundationEssentials
#else
internal import Foundation
#endif

/// Contents of a checkpoint. The JSON has the same keys in snake case.
struct Inspection: Encodable {
  struct Model: Encodable {
    var cell: String
    var layerCount: Int
    var hiddenSize: Int
    /// Number of trainable parameters.
    var parameterCount: Int
  }

  struct VocabularySummary: Encodable {
    var unit: TextUnit
    var size: Int
    /// Number of kinds of characters that are read as the unknown symbol; nil if there is no such symbol.
    var foldedKinds: Int?
    var entries: [Vocabulary.JSONEntry]
  }

  /// Memory in bytes; nil if it exceeds the address space.
  struct Memory: Encodable {
    var sampling: Int?
    var training: Int?
  }

  /// Training progress when the model was saved.
  struct Reached: Encodable {
    var step: Int
    var epoch: Double
    /// Validation loss in nats and in bits per text unit; nil for a model that was not validated.
    var validationLoss: Double?
    var validationBits: Double?
    /// Step after which the run was resumed with another length; nil for none.
    var lengthChangeStep: Int?
    /// Best validation of the run so far, if the file holds the newest model of a run that can be resumed.
    var best: Best?
  }

  /// The lowest validation loss, in nats and in bits per text unit.
  struct Best: Encodable {
    var step: Int
    var validationLoss: Double
    var validationBits: Double
  }

  var file: String
  var formatVersion: Int
  var byteCount: Int
  /// Number format of the matrices in the file.
  var weights: String
  /// CRC-32C.
  var checksum: String?
  /// Checksum of the checkpoint whose weights the run began with; nil for random weights.
  var initialChecksum: String?
  var model: Model
  var configuration: TrainingConfiguration
  var vocabulary: VocabularySummary
  var selected: String
  var reached: Reached
  var canResume: Bool
  var memory: Memory
  /// Options of `lstm-train` that reproduce the run if the file stores them, and otherwise the model.
  var arguments: [String]
  /// Tensors of the model.
  var tensors: [TensorSummary]
  /// Other tensors in the file, by kind; empty without training state.
  var trainingState: [StateSummary]
}

extension Inspection {
  /// - Throws: `CheckpointError`; `KernelSelectionError` if the environment selects kernels that are unavailable.
  init(path: String) throws {
    let file = try SafetensorsFile(path: path)
    let saved = try SavedRun.ifPresent(path: path)
    let checkpoint = try saved?.checkpoint ?? Checkpoint(widening: path)
    let shape = checkpoint.model.configuration
    let vocabulary = checkpoint.model.vocabulary
    let progress = checkpoint.progress
    let tensors = checkpoint.model.pyTorchTensors
    self.init(
      file: path,
      formatVersion: file.metadata["format_version"].flatMap { Int($0) } ?? 0,
      byteCount: file.byteCount,
      weights: checkpoint.weights.rawValue,
      checksum: checkpoint.checksum,
      initialChecksum: checkpoint.initialChecksum,
      model: Model(
        cell: shape.cell.name, layerCount: shape.layerCount, hiddenSize: shape.hiddenSize,
        parameterCount: shape.parameterCount),
      configuration: checkpoint.training,
      vocabulary: VocabularySummary(
        unit: vocabulary.unit, size: vocabulary.count,
        foldedKinds: vocabulary.foldedCount > 0 ? vocabulary.foldedCount : nil,
        entries: vocabulary.jsonEntries),
      selected: checkpoint.selection.rawValue,
      reached: Reached(
        step: progress.step, epoch: progress.epoch, validationLoss: progress.validationLoss,
        validationBits: progress.validationLoss.map { $0 * bitsPerNat },
        lengthChangeStep: progress.lengthChangeStep,
        best: saved?.progress.best.map {
          Best(step: $0.step, validationLoss: $0.loss, validationBits: $0.loss * bitsPerNat)
        }),
      canResume: saved != nil,
      memory: Memory(
        sampling: MemoryEstimate(generating: 1, with: shape)?.totalBytes,
        training: checkpoint.training.memoryEstimate(vocabularySize: vocabulary.count)?.totalBytes),
      arguments: (saved?.arguments ?? Self.arguments(of: checkpoint))
        + initialModelArguments(checkpoint.initialChecksum) + checkpoint.training.division.fileArguments,
      tensors: tensors.map { TensorSummary(name: $0.name, shape: $0.shape, elements: $0.elements) },
      trainingState: StateSummary.all(in: file, besides: tensors.map(\.name)))
  }

  /// Returns options that reproduce a model without training state.
  private static func arguments(of checkpoint: Checkpoint) -> [String] {
    let step = checkpoint.progress.step
    // The run may have been stopped at any later step, and have found a better model before its end.
    if !checkpoint.arguments.isEmpty {
      let isPartOfRun = checkpoint.training.schedule.needsHorizon && step > 0
      return checkpoint.arguments + (isPartOfRun ? ["--stop-after", String(step)] : [])
    }
    // An imported model has step 0 and no loss; an initial model that was validated has a loss.
    let isOfARun = step > 0 || checkpoint.progress.validationLoss != nil
    // Includes settings at their defaults, because another version may have other defaults.
    let settings = configurationOptions.flatMap { $0.arguments(for: checkpoint.training) }
    return settings + (isOfARun ? ["--steps", String(step)] : [])
  }

  /// One JSON object, with a line feed at the end.
  var json: String {
    get throws {
      let encoder = JSONEncoder()
      encoder.keyEncodingStrategy = .convertToSnakeCase
      encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
      return String(decoding: try encoder.encode(self), as: UTF8.self) + "\n"
    }
  }
}
