/// The lines of a descriptor as they come, without their line feeds.
public struct InputLines: ~Copyable {
  public static func standardInput() -> InputLines { InputLines(Platform.standardInput) }

  private static let pieceSize = 4096

  private let number: Int32
  private var pending: [UInt8] = []
  private var isAtEnd = false

  public init(_ number: Int32) {
    self.number = number
  }

  public var isTerminal: Bool { Platform.isTerminal(number) }

  /// The next line; nil after the last, which need not end with a line feed.
  ///
  /// - Throws: `ToolError` with status `inputOutput` if the descriptor cannot be read.
  public mutating func next() throws(ToolError) -> [UInt8]? {
    var searched = 0
    while true {
      if let end = pending[searched...].firstIndex(of: UInt8(ascii: "\n")) {
        defer { pending.removeFirst(end + 1) }
        return Array(pending[..<end])
      }
      searched = pending.count
      guard !isAtEnd else {
        defer { pending = [] }
        return pending.isEmpty ? nil : pending
      }
      try readPiece()
    }
  }

  private mutating func readPiece() throws(ToolError) {
    switch Platform.readSome(from: number, atMost: Self.pieceSize) {
    case .read(let bytes):
      pending += bytes
      isAtEnd = bytes.isEmpty
    case .interrupted: break
    case .empty: Platform.waitUntilReadable(number)
    case .failed(let code):
      throw ToolError(
        .inputOutput, "cannot read standard input: \(Platform.errorText(code)); check where it comes from")
    }
  }
}
