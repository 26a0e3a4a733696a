internal import CommandLineSupport

/// A writer of generated text: immediately to a terminal, in larger pieces to a file or a pipe.
///
/// Pieces end between characters, so that no character is split.
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

  /// Writes the bytes of one or more characters.
  ///
  /// - Throws: `OutputError`
  mutating func write(_ bytes: [UInt8]) throws {
    pending += bytes
    last = bytes.last ?? last
    if isWatched || pending.count >= Self.pieceSize { try flush() }
  }

  /// Writes the rest of the text.
  ///
  /// - Throws: `OutputError`
  mutating func finish() throws {
    // In a terminal, the shell's prompt belongs on a new line; a file or a pipe gets the text alone.
    if isWatched, last != UInt8(ascii: "\n") { pending.append(UInt8(ascii: "\n")) }
    try flush()
  }

  /// Writes the buffered text, because a user waits for it.
  ///
  /// - Throws: `OutputError`
  mutating func flush() throws {
    guard !pending.isEmpty else { return }
    try output.write(pending)
    pending.removeAll(keepingCapacity: true)
  }
}
