/// What a checkpoint's metadata say about a run that can go on.
struct StoredRun: Codable {
  static let metadataKey = "run"
  /// Before the names of the best model's tensors.
  static let bestPrefix = "best."
  /// Before those of the parameters themselves, where the model is their average.
  static let rawPrefix = "raw."

  var progress: TrainingProgress
  var corpus: CorpusFingerprint
  /// The characters of each text, where some are held out as a whole.
  var textLengths: [Int]?
  var arguments: [String]
}

/// A checkpoint from which training can go on.
public final class SavedRun {
  /// The newest model.
  public let checkpoint: Checkpoint
  let run: StoredRun
  private let file: SafetensorsFile

  /// - Throws: `CheckpointError`, `.noTrainingState` for a model alone; `KernelSelectionError`.
  public init(path: String) throws {
    let file = try SafetensorsFile(path: path)
    let run = try Self.run(in: file)
    let checkpoint = try Checkpoint(file)
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

  /// The file that it was read from.
  public var path: String { file.path }
  /// Where the run stood.
  public var progress: TrainingProgress { run.progress }
  /// What tells the text that the run is trained on from others.
  public var corpus: CorpusFingerprint { run.corpus }
  /// Whether the run has been trained on a text, and on none but that.
  public func isOn(_ corpus: Corpus) -> Bool {
    let division = checkpoint.training.division
    return run.corpus == corpus.fingerprint && checkpoint.model.vocabulary == corpus.vocabulary
      && corpus.sourceCount > division.heldOutSourceCount && run.textLengths == corpus.textLengths(division)
  }

  /// What the run was told when it was started.
  public var arguments: [String] { run.arguments }

  /// Adds a tensor's elements to where they stand in an allocation.
  func read(_ tensor: PyTorchTensor, prefix: String, to buffer: FloatBuffer) throws(CheckpointError) {
    try file.read(tensor, prefix: prefix, to: buffer)
  }

  /// A carried state, which need not be finite: where it is not, steps are undone until an epoch begins.
  func tensor(_ name: String, _ shape: [Int]) throws(CheckpointError) -> [Float] {
    try file.check(name, shape: shape)
    return try file.tensor(named: name)
  }
}
