package import SystemCalls

/// The lines read from a descriptor as they arrive, without their line feeds and the carriage returns before these.
public struct InputLines: ~Copyable {
  public static func standardInput() -> InputLines { InputLines(.standardInput) }

  private static let pieceSize = 4096

  private let descriptor: FileDescriptor
  private var pending: [UInt8] = []
  private var isAtEnd = false

  package init(_ descriptor: FileDescriptor) { self.descriptor = descriptor }

  public var isTerminal: Bool { descriptor.isTerminal }

  /// Returns the next line, or nil after the last, which need not end with a line feed.
  ///
  /// - Throws: `ToolError` with status `inputOutput` if the descriptor cannot be read.
  public mutating func next() throws(ToolError) -> [UInt8]? {
    var searched = 0
    while true {
      if let end = pending[searched...].firstIndex(of: UInt8(ascii: "\n")) {
        defer { pending.removeFirst(end + 1) }
        return withoutCarriageReturn(pending[..<end])
      }
      searched = pending.count
      guard !isAtEnd else {
        defer { pending = [] }
        return pending.isEmpty ? nil : withoutCarriageReturn(pending[...])
      }
      try readPiece()
    }
  }

  private func withoutCarriageReturn(_ line: ArraySlice<UInt8>) -> [UInt8] {
    Array(line.last == UInt8(ascii: "\r") ? line.dropLast() : line)
  }

  private mutating func readPiece() throws(ToolError) {
    var failure: SystemError?
    let piece = [UInt8](unsafeUninitializedCapacity: Self.pieceSize) { buffer, filled in
      do throws(SystemError) {
        filled = try descriptor.readSome(into: UnsafeMutableRawBufferPointer(buffer))
      } catch {
        failure = error
      }
    }
    if let failure {
      throw ToolError(.inputOutput, "cannot read standard input: \(failure); \(failure.remedy(.reading))")
    }
    pending += piece
    isAtEnd = piece.isEmpty
  }
}
