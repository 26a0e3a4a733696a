internal import CommandLineSupport

/// A writer of generated text: immediately to a terminal, in pieces of whole characters to a file or a pipe.
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

  /// - Parameter bytes: The bytes of whole characters.
  /// - Throws: `OutputError`
  mutating func write(_ bytes: [UInt8]) throws {
    pending += bytes
    last = bytes.last ?? last
    if isWatched || pending.count >= Self.pieceSize { try flush() }
  }

  /// - Throws: `OutputError`
  mutating func finish() throws {
    // In a terminal, the shell's prompt belongs on a new line; a file or a pipe gets the text alone.
    if isWatched, last != UInt8(ascii: "\n") { pending.append(UInt8(ascii: "\n")) }
    try flush()
  }

  /// - Throws: `OutputError`
  mutating func flush() throws {
    guard !pending.isEmpty else { return }
    try output.write(pending)
    pending.removeAll(keepingCapacity: true)
  }
}
