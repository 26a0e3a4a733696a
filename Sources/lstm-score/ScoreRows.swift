internal import CommandLineSupport
internal import RecurrentEngine

/// Tab-separated rows with the loss of each character, line or record.
struct ScoreRows: ScoredUnitReceiver {
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
      case .lines, .records: ["offset", "nats", "characters", "skipped", listing == .lines ? "line" : "record"]
      }
    write(names.map { Array($0.utf8) })
  }

  /// - Throws: `OutputError`
  mutating func add(_ unit: ScoredUnit) throws {
    switch listing {
    case .characters:
      guard let nats = unit.nats else { return }
      write([Array(String(unit.byteOffset).utf8), TabSeparatedField.escaped(Array(unit.bytes)), number(nats)])
    case .lines:
      let isLast = unit.endsRecord || unit.bytes.last == UInt8(ascii: "\n")
      add(unit, bytes: unit.endsRecord ? [] : isLast ? unit.bytes.dropLast() : unit.bytes, isLast: isLast)
    case .records:
      // As in training, an empty record is none.
      guard line != nil || !unit.endsRecord else { return }
      add(unit, bytes: unit.endsRecord ? [] : unit.bytes, isLast: unit.endsRecord)
    }
    if pending.count >= Self.pieceSize { try pause() }
  }

  /// Adds a unit to its line or record.
  ///
  /// - Parameter bytes: The bytes of the unit that the row shows.
  private mutating func add(_ unit: ScoredUnit, bytes: ArraySlice<UInt8>, isLast: Bool) {
    var line = line ?? Line(byteOffset: unit.byteOffset)
    self.line = nil
    line.nats += unit.nats ?? 0
    line.characters += unit.nats == nil ? 0 : 1
    line.skipped += unit.nats == nil && !unit.isKnown ? 1 : 0
    line.text += bytes
    if isLast { write(line) } else { self.line = line }
  }

  /// - Throws: `OutputError`
  mutating func finish() throws {
    if let line { write(line) }
    line = nil
    try pause()
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

  /// - Throws: `OutputError`
  mutating func pause() throws {
    guard !pending.isEmpty else { return }
    try output.write(pending)
    pending.removeAll(keepingCapacity: true)
  }

  private func number(_ nats: Double) -> [UInt8] { Array(NumberText.fixed(nats, decimals: 6).utf8) }
}
