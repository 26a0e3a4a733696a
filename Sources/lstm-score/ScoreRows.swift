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
    var characters = 0
    var text: [UInt8] = []
  }

  init(_ listing: Listing, to output: OutputDescriptor) {
    self.listing = listing
    self.output = output
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
      let isLast = unit.bytes.last == UInt8(ascii: "\n")
      line.text += isLast ? unit.bytes.dropLast() : unit.bytes[...]
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
      Array(String(line.byteOffset).utf8), number(line.nats), Array(String(line.characters).utf8),
      TabSeparatedField.escaped(line.text),
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
