internal import CommandLineSupport
internal import RecurrentEngine
internal import ToolSupport

#if canImport(FoundationEssentials)
  internal import FoundationEssentials
#else
  internal import Foundation
#endif
#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Darwin
#endif

/// The CSV file with the losses of a run.
///
/// A row that cannot be written, because the disk is full, is kept and written before the next one.
struct LossCurve {
  struct Row {
    var step: Int
    var epoch: Double
    var characters: Int
    var seconds: Double
    var learningRate: Double
    /// Nats per character since the row before; nil if nothing was learned.
    var trainingLoss: Double?
    var validationLoss: Double?
    /// The largest since the row before.
    var gradientNorm: Double
    var charactersPerSecond: Double?
    var event: String
  }

  static let header =
    "step,epoch,characters,seconds,learning_rate,train_loss,train_bpc,val_loss,val_bpc,gradient_norm,"
    + "characters_per_second,event\n"

  static let lossDecimals = 6

  /// Seconds of training in the last row that was kept.
  private(set) var seconds = 0.0
  private let path: String
  private let descriptor: Int32
  /// Where the next bytes go; nil for what is no regular file, to which they are just written.
  private var end: Int?
  /// What could not be written yet.
  private var pending: [UInt8] = []

  /// Begins a loss curve, in the place of whatever the file holds.
  ///
  /// - Throws: `ToolError` with status `cannotCreate`.
  init(path: String) throws(ToolError) {
    try self.init(path: path, keeping: Kept())
  }

  /// Opens the loss curve of a run that goes on, and drops the rows after the step where it stands.
  ///
  /// - Returns: Nil if the file holds anything else, which is not to be lost.
  /// - Throws: `ToolError` with status `cannotCreate`.
  init?(path: String, goingOnFrom progress: TrainingProgress) throws(ToolError) {
    guard let kept = Kept(path, goingOnFrom: progress) else { return nil }
    try self.init(path: path, keeping: kept)
  }

  private init(path: String, keeping kept: Kept) throws(ToolError) {
    self.path = path
    let readable = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o666)
    descriptor = readable >= 0 ? readable : open(path, O_WRONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw ToolError(
        .cannotCreate, "\(path): cannot create (\(String(cString: strerror(errno)))); choose another --log")
    }
    if kept.byteCount == 0 { pending = Array(Self.header.utf8) }
    seconds = kept.seconds
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return }
    end = kept.byteCount
    ftruncate(descriptor, off_t(kept.byteCount))
  }

  /// - Throws: `ToolError` with status `inputOutput`; the row is then kept for the next time.
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
    pending += Array((columns.joined(separator: ",") + "\n").utf8)
    try flush()
  }

  /// Writes what is still to be written.
  mutating func flush() throws(ToolError) {
    guard !pending.isEmpty else { return }
    if let code = pending.withUnsafeBytes({ write($0) }) {
      throw ToolError(.inputOutput, "\(path): cannot write (\(String(cString: strerror(code)))); check the disk")
    }
    if let end { self.end = end + pending.count }
    pending = []
  }

  /// - Returns: The system's error number; nil for success.
  private func write(_ bytes: UnsafeRawBufferPointer) -> Int32? {
    guard let end else {
      do throws(OutputError) {
        try OutputDescriptor(descriptor).write(Array(bytes))
        return nil
      } catch {
        if case .failed(_, let code) = error { return code }
        return EPIPE
      }
    }
    var written = 0
    while written < bytes.count {
      let rest = UnsafeRawBufferPointer(rebasing: bytes[written...])
      let count = pwrite(descriptor, rest.baseAddress, rest.count, off_t(end + written))
      if count > 0 {
        written += count
      } else if errno != EINTR {
        // No half row stays behind.
        let code = errno
        ftruncate(descriptor, off_t(end))
        return code
      }
    }
    return nil
  }
}
