internal import CommandLineSupport
internal import RecurrentEngine
internal import ToolSupport

/// The CSV file with the losses of a run.
struct LossCurve {
  struct Row {
    var step: Int
    var epoch: Double
    var characters: Int
    var seconds: Double
    var learningRate: Double
    /// Mean training loss since the previous row, in nats per character; nil if no step succeeded.
    var trainingLoss: Double?
    var validationLoss: Double?
    /// Largest gradient norm since the previous row.
    var gradientNorm: Double
    var charactersPerSecond: Double?
    var event: String
  }

  static let header =
    "step,epoch,characters,seconds,learning_rate,train_loss,train_bpc,val_loss,val_bpc,gradient_norm,"
    + "characters_per_second,event\n"

  static let lossDecimals = 6

  /// Training time in the last row that was kept, in seconds.
  private(set) var seconds = 0.0
  private var file: AppendedFile
  /// Whether the header is not written yet.
  private var isNew: Bool

  /// Creates a loss curve, which replaces the contents of the file.
  ///
  /// - Throws: `ToolError` with status `cannotCreate`.
  init(path: String) throws(ToolError) {
    try self.init(path: path, keeping: Kept())
  }

  /// Opens the loss curve of a resumed run, and drops the rows after the step of the saved state.
  ///
  /// - Returns: Nil if the file has other contents, which must not be lost.
  /// - Throws: `ToolError` with status `cannotCreate`.
  init?(path: String, goingOnFrom progress: TrainingProgress) throws(ToolError) {
    guard let kept = Kept(path, goingOnFrom: progress) else { return nil }
    try self.init(path: path, keeping: kept)
  }

  private init(path: String, keeping kept: Kept) throws(ToolError) {
    file = try AppendedFile(path: path, option: "--log", keptBytes: kept.byteCount)
    isNew = kept.byteCount == 0
    seconds = kept.seconds
  }

  /// - Throws: `ToolError` with status `inputOutput`; the row is then kept for the next attempt.
  mutating func append(_ row: Row) throws(ToolError) {
    func text(_ value: Double?, _ decimals: Int) -> String {
      value.map { $0.isFinite ? NumberText.fixed($0, decimals: decimals) : "" } ?? ""
    }
    let columns: [String] = [
      String(row.step), text(row.epoch, 4), String(row.characters), text(row.seconds, 3), text(row.learningRate, 8),
      text(row.trainingLoss, Self.lossDecimals), text(row.trainingLoss.map { $0 * bitsPerNat }, 6),
      text(row.validationLoss, 6), text(row.validationLoss.map { $0 * bitsPerNat }, 6),
      text(row.gradientNorm, 6), text(row.charactersPerSecond, 0), row.event,
    ]
    let line = columns.joined(separator: ",") + "\n"
    defer { isNew = false }
    try file.append(isNew ? Self.header + line : line)
  }

  mutating func synchronize() throws(ToolError) { try file.synchronize() }
}
