/// The training state in a checkpoint's metadata.
struct StoredRun: Codable {
  static let metadataKey = "run"
  static let bestPrefix = "best."
  /// The prefix of the names of the initial parameters, until there is a best model, if no seed determines them.
  static let initialPrefix = "initial."
  /// The prefix of the names of the raw parameters, if the model is their average.
  static let rawPrefix = "raw."

  var progress: TrainingProgress
  var corpus: CorpusFingerprint
  /// The number of characters of each text, if some are held out as a whole.
  var textLengths: [Int]?
  var arguments: [String]
  /// The time that a run with a time limit has taken, in seconds; nil as soon as the limit is irrelevant.
  var secondsSpent: Int?
}

/// A checkpoint from which training can be resumed.
public final class SavedRun {
  /// The newest model.
  public let checkpoint: Checkpoint
  let run: StoredRun
  private let file: SafetensorsFile

  /// Reads a checkpoint with training state.
  ///
  /// - Throws: `CheckpointError`, which is `.noTrainingState` for a checkpoint without training state;
  ///   `KernelSelectionError`.
  public convenience init(path: String) throws { try self.init(path: path, calls: .system) }

  /// Returns the run in a checkpoint; nil if the file has no training state.
  ///
  /// - Throws: `CheckpointError`; `KernelSelectionError`.
  public static func ifPresent(path: String) throws -> SavedRun? {
    do {
      return try SavedRun(path: path)
    } catch CheckpointError.noTrainingState {
      return nil
    }
  }

  package init(path: String, calls: FileSystemCalls) throws {
    let file = try SafetensorsFile(path: path, calls: calls)
    let run = try Self.run(in: file)
    let checkpoint = try Checkpoint(file)
    // Rounded weights cannot be trained, and no run writes them.
    guard checkpoint.weights == .float32 else {
      throw CheckpointError.damaged(path: path, .metadata(WeightFormat.metadataKey))
    }
    self.file = file
    self.run = run
    self.checkpoint = checkpoint
  }

  private static func run(in file: borrowing SafetensorsFile) throws(CheckpointError) -> StoredRun {
    let path = file.path
    guard file.metadata[StoredRun.metadataKey] != nil else { throw .noTrainingState(path: path) }
    guard file.hasChecksum else { throw .damaged(path: path, .missingChecksum) }
    return try Checkpoint.Metadata(entries: file.metadata, path: path).decode(StoredRun.self, StoredRun.metadataKey)
  }

  /// The path of the file.
  public var path: String { file.path }
  /// The training progress.
  public var progress: TrainingProgress { run.progress }
  /// The fingerprint of the corpus that the run is trained on.
  public var corpus: CorpusFingerprint { run.corpus }
  /// Returns whether the run was trained on exactly this corpus.
  public func isOn(_ corpus: Corpus) -> Bool {
    let division = checkpoint.training.division
    return run.corpus == corpus.fingerprint && checkpoint.model.vocabulary == corpus.vocabulary
      && corpus.sourceCount > division.heldOutSourceCount && run.textLengths == corpus.textLengths(division)
  }

  /// Checks that the corpus can have as many streams as the run, before anything is allocated for each.
  func checkStreams(of corpus: Corpus) throws(CheckpointError) {
    guard checkpoint.training.batchSize <= max(1, corpus.characterCount) else {
      throw .damaged(path: path, .metadata(Checkpoint.Key.configuration))
    }
  }

  /// The time in seconds that a run with a time limit has taken; nil without a limit, or if it no longer matters.
  public var secondsSpent: Int? { run.secondsSpent }

  /// The command-line arguments that the run was started with.
  public var arguments: [String] { run.arguments }

  var hasInitialModel: Bool { file.shape(of: StoredRun.initialPrefix + "decoder.bias") != nil }

  func read(_ tensor: PyTorchTensor, prefix: String, to buffer: FloatBuffer) throws(CheckpointError) {
    try file.read(tensor, prefix: prefix, to: buffer)
  }

  /// Reads a carried state, which may contain NaN or infinity: steps are then skipped until the next epoch begins.
  func tensor(_ name: String, _ shape: [Int]) throws(CheckpointError) -> [Float] {
    try file.check(name, shape: shape)
    return try file.tensor(named: name)
  }
}
