import Testing

@testable import RecurrentEngine

/// A file with this header, ahead of zeros.
func rawFile(_ header: String, dataByteCount: Int) -> [UInt8] {
  withUnsafeBytes(of: UInt64(header.utf8.count).littleEndian, Array.init) + Array(header.utf8)
    + [UInt8](repeating: 0, count: dataByteCount)
}

/// Opens a file and reads every tensor.
func readAll(_ path: String) throws(CheckpointError) {
  let file = try SafetensorsFile(path: path)
  for name in file.names {
    switch file.elementType(of: name) {
    case .float32: _ = try file.tensor(named: name, of: Float.self)
    case .float64: _ = try file.tensor(named: name, of: Double.self)
    case .int64: _ = try file.tensor(named: name, of: Int64.self)
    case nil: Issue.record("\(name) has no type")
    }
  }
}

/// Like `#expect(throws:)`, whose closure cannot borrow a noncopyable value.
func expectError(
  _ expected: CheckpointError, sourceLocation: SourceLocation = #_sourceLocation,
  _ body: () throws(CheckpointError) -> Void
) {
  do throws(CheckpointError) {
    try body()
    Issue.record("no error", sourceLocation: sourceLocation)
  } catch {
    #expect(error == expected, sourceLocation: sourceLocation)
  }
}
