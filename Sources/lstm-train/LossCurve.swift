internal import CommandLineSupport

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

let bitsPerNat = 1.4426950408889634

/// The CSV file with the losses of a run; every row is in the file when `append` returns.
struct LossCurve {
  struct Row {
    var step: Int
    var epoch: Double
    var characters: Int
    var seconds: Double
    var learningRate: Double
    /// Nats per character since the row before.
    var trainingLoss: Double
    var validationLoss: Double?
    /// The largest since the row before.
    var gradientNorm: Double
    var charactersPerSecond: Double
    var event: String
  }

  static let header =
    "step,epoch,characters,seconds,learning_rate,train_loss,train_bpc,val_loss,val_bpc,gradient_norm,"
    + "characters_per_second,event\n"

  private let path: String
  private let file: OutputDescriptor

  /// Begins the file anew.
  ///
  /// - Throws: `ToolError` with status `cannotCreate` or `inputOutput`.
  init(path: String) throws {
    self.path = path
    let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else {
      throw ToolError(
        .cannotCreate, "\(path): cannot create (\(String(cString: strerror(errno)))); choose another --log")
    }
    file = OutputDescriptor(descriptor)
    try write(Self.header)
  }

  func append(_ row: Row) throws {
    let columns: [String] = [
      String(row.step), NumberText.fixed(row.epoch, decimals: 4), String(row.characters),
      NumberText.fixed(row.seconds, decimals: 3), NumberText.fixed(row.learningRate, decimals: 8),
      NumberText.fixed(row.trainingLoss, decimals: 6), NumberText.fixed(row.trainingLoss * bitsPerNat, decimals: 6),
      row.validationLoss.map { NumberText.fixed($0, decimals: 6) } ?? "",
      row.validationLoss.map { NumberText.fixed($0 * bitsPerNat, decimals: 6) } ?? "",
      NumberText.fixed(row.gradientNorm, decimals: 6), NumberText.fixed(row.charactersPerSecond, decimals: 0),
      row.event,
    ]
    try write(columns.joined(separator: ",") + "\n")
  }

  private func write(_ text: String) throws {
    do {
      try file.write(text)
    } catch OutputError.failed(_, let code) {
      throw ToolError(.inputOutput, "\(path): cannot write (\(String(cString: strerror(code)))); check the disk")
    }
  }
}
