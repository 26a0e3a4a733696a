internal import CommandLineSupport
internal import RecurrentEngine
internal import ToolSupport

/// The CSV file with the gradient flow of a run.
struct GradientFlowLog {
  private static let header = "step,gradient_norm,\(GradientFlow.csvColumns)\n"

  private var file: AppendedFile
  /// Whether the header is not written yet.
  private var isNew: Bool

  /// - Parameter lastStep: The last step whose rows are kept; nil to keep none.
  /// - Throws: `ToolError` with status `cannotCreate`.
  init(path: String, keepingStepsUpTo lastStep: Int?) throws(ToolError) {
    let kept = lastStep.map { Self.byteCount(of: path, upToStep: $0) } ?? 0
    file = try AppendedFile(path: path, option: "--log", keptBytes: kept)
    isNew = kept == 0
  }

  /// - Parameter gradientNorm: The global gradient norm before clipping; nil before the first optimizer step.
  /// - Throws: `ToolError` with status `inputOutput`; the rows are then kept for the next attempt.
  mutating func append(_ flow: GradientFlow, step: Int, gradientNorm: Double?) throws(ToolError) {
    let norm = gradientNorm.flatMap { $0.isFinite ? NumberText.fixed($0, decimals: 6) : nil } ?? ""
    let rows = flow.csvRows.map { "\(step),\(norm),\($0)\n" }.joined()
    defer { isNew = false }
    try file.append(isNew ? Self.header + rows : rows)
  }

  mutating func synchronize() throws(ToolError) { try file.synchronize() }

  /// Returns the number of bytes of the header and the rows up to a step; 0 for any other file.
  private static func byteCount(of path: String, upToStep lastStep: Int) -> Int {
    guard FileIdentity(path: path) != nil, let bytes = try? WholeFile.read(path),
      bytes.starts(with: Array(header.utf8))
    else { return 0 }
    var end = header.utf8.count
    while let lineFeed = bytes[end...].firstIndex(of: UInt8(ascii: "\n")) {
      let step = Int(String(decoding: bytes[end..<lineFeed].prefix { $0 != UInt8(ascii: ",") }, as: UTF8.self))
      guard let step, step <= lastStep else { break }
      end = lineFeed + 1
    }
    return end
  }
}
