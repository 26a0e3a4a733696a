import Testing

@testable import RandomNumbers
@testable import RecurrentEngine
@testable import RecurrentModel
@testable import Safetensors
@testable import SystemCalls
@testable import TextCorpus

/// Returns a file with this header, followed by zeros.
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
    case .bfloat16: _ = try file.tensor(named: name, of: BFloat16.self)
    case .int8: _ = try file.tensor(named: name, of: Int8.self)
    case nil: Issue.record("\(name) has no type")
    }
  }
}

/// Expects an error like `#expect(throws:)`, whose closure cannot borrow a noncopyable value.
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

/// A mutable copy of a tensor in a file.
struct StoredTensor {
  var name: String
  var shape: [Int]
  var values: [Float]
}

func storedTensors(at path: String) throws -> [StoredTensor] {
  let file = try SafetensorsFile(path: path)
  var tensors: [StoredTensor] = []
  for name in file.names {
    tensors.append(StoredTensor(name: name, shape: file.shape(of: name) ?? [], values: try file.tensor(named: name)))
  }
  return tensors
}

/// Rewrites a file with other tensors or metadata, and the right checksum.
func rewriteFile(
  at path: String, _ change: (_ tensors: inout [StoredTensor], _ metadata: inout [String: String]) throws -> Void
) throws {
  var tensors = try storedTensors(at: path)
  var metadata = try SafetensorsFile(path: path).metadata
  try change(&tensors, &metadata)
  try SafetensorsFile.write(
    tensors.map { tensor in SafetensorsTensor(tensor.name, shape: tensor.shape, values: tensor.values) },
    metadata: metadata, to: path)
}
