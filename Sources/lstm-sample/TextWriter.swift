internal import CommandLineSupport

/// Writes generated text as it comes: at once for a person who watches, in larger pieces for a program.
/// Characters are never split: each comes whole, and a piece ends between two.
struct TextWriter {
  private static let pieceSize = 4096

  private let output: OutputDescriptor
  private let isWatched: Bool
  private var pending: [UInt8] = []
  private var last: UInt8?

  init(to output: OutputDescriptor) {
    self.output = output
    isWatched = output.isTerminal
  }

  /// - Throws: `OutputError`
  mutating func write(_ bytes: [UInt8]) throws {
    pending += bytes
    last = bytes.last ?? last
    if isWatched || pending.count >= Self.pieceSize { try flush() }
  }

  /// - Throws: `OutputError`
  mutating func finish() throws {
    // A terminal's prompt belongs on a line of its own; a program gets the text and nothing else.
    if isWatched, last != UInt8(ascii: "\n") { pending.append(UInt8(ascii: "\n")) }
    try flush()
  }

  /// Writes what has come so far, as someone waits for it.
  ///
  /// - Throws: `OutputError`
  mutating func flush() throws {
    guard !pending.isEmpty else { return }
    try output.write(pending)
    pending.removeAll(keepingCapacity: true)
  }
}
