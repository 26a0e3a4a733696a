internal import CommandLineSupport
internal import RecurrentEngine

/// Tab-separated rows with the loss of each character or line.
struct ScoreRows {
  private static let pieceSize = 4096

  private let listing: Listing
  private let output: OutputDescriptor
  private var pending: [UInt8] = []
  private var line: Line?

  private struct Line {
    var byteOffset: Int
    var nats = 0.0
    /// Number of scored characters.
    var characters = 0
    /// Number of characters outside the vocabulary that are not scored.
    var skipped = 0
    var text: [UInt8] = []
  }

  init(_ listing: Listing, to output: OutputDescriptor) {
    self.listing = listing
    self.output = output
  }

  /// Writes the names of the columns.
  mutating func addHeader() {
    let names: [String] =
      switch listing {
      case .characters: ["offset", "character", "nats"]
      case .lines: ["offset", "nats", "characters", "skipped", "line"]
      }
    write(names.map { Array($0.utf8) })
  }

  /// - Parameter nats: The loss of the unit; nil if it is not scored.
  /// - Throws: `OutputError`
  mutating func add(_ unit: UnitCursor.Unit, nats: Double?) throws {
    switch listing {
    case .characters:
      guard let nats else { return }
      write([Array(String(unit.byteOffset).utf8), TabSeparatedField.escaped(unit.bytes), number(nats)])
    case .lines:
      var line = line ?? Line(byteOffset: unit.byteOffset)
      self.line = nil
      line.nats += nats ?? 0
      line.characters += nats == nil ? 0 : 1
      line.skipped += nats == nil && !unit.isKnown ? 1 : 0
      let isLast = unit.isSeparator || unit.bytes.last == UInt8(ascii: "\n")
      line.text += unit.isSeparator ? [] : isLast ? unit.bytes.dropLast() : unit.bytes[...]
      if isLast { write(line) } else { self.line = line }
    }
    if pending.count >= Self.pieceSize { try flush() }
  }

  /// - Throws: `OutputError`
  mutating func finish() throws {
    if let line { write(line) }
    line = nil
    try flush()
  }

  private mutating func write(_ line: Line) {
    write([
      Array(String(line.byteOffset).utf8), number(line.characters > 0 ? line.nats : .nan),
      Array(String(line.characters).utf8), Array(String(line.skipped).utf8), TabSeparatedField.escaped(line.text),
    ])
  }

  private mutating func write(_ columns: [[UInt8]]) {
    pending += columns.joined(separator: [UInt8(ascii: "\t")])
    pending.append(UInt8(ascii: "\n"))
  }

  private mutating func flush() throws {
    try output.write(pending)
    pending.removeAll(keepingCapacity: true)
  }

  private func number(_ nats: Double) -> [UInt8] { Array(NumberText.fixed(nats, decimals: 6).utf8) }
}
