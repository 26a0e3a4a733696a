import Foundation
import Testing

@testable import RandomNumbers
@testable import RecurrentEngine
@testable import RecurrentModel
@testable import Safetensors
@testable import SystemCalls
@testable import TextCorpus

/// Tests of malicious headers, and of files by other programs.
@Suite struct SafetensorsHeaderTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  @Test(arguments: [UInt64(1) << 63, .max, UInt64(Int.max), UInt64(Int.max) - 7, 1 << 40, 1000])
  func headerLengthBeyondTheFile(length: UInt64) throws {
    let bytes = withUnsafeBytes(of: length.littleEndian, Array.init) + Array("{}      ".utf8)
    let path = try folder.write(bytes, to: "length.bin")
    #expect(throws: CheckpointError.damaged(path: path, .headerLength(length, fileByteCount: 16))) {
      try readAll(path)
    }
  }

  @Test func headerBeyondTheLimit() throws {
    let path = folder.path(of: "sparse.bin")
    let length = (64 << 20) + 1
    _ = try folder.write(withUnsafeBytes(of: UInt64(length).littleEndian, Array.init) + [0x7b], to: "sparse.bin")
    let handle = try #require(FileHandle(forWritingAtPath: path))
    try handle.truncate(atOffset: UInt64(length + 8))
    #expect(throws: CheckpointError.unsupported(path: path, .headerByteCount(UInt64(length), limit: 64 << 20))) {
      try readAll(path)
    }
  }

  @Test(
    arguments: [
      // Element counts and sizes that do not match.
      (#"{"x":{"dtype":"F32","shape":[4611686018427387904,4],"data_offsets":[0,0]}}"#, .tensorSize(tensor: "x")),
      (#"{"x":{"dtype":"F32","shape":[9223372036854775807],"data_offsets":[0,8]}}"#, .tensorSize(tensor: "x")),
      (
        #"{"x":{"dtype":"I64","shape":[4294967296,4294967296,4294967296],"data_offsets":[0,0]}}"#,
        .tensorSize(tensor: "x")
      ),
      (#"{"x":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}}"#, .tensorSize(tensor: "x")),
      (#"{"x":{"dtype":"F32","shape":[],"data_offsets":[0,8]}}"#, .tensorSize(tensor: "x")),
      // Offsets that overlap, leave gaps, are reversed or exceed the file.
      (#"{"x":{"dtype":"F32","shape":[2],"data_offsets":[8,0]}}"#, .tensorOffsets(tensor: "x")),
      (#"{"x":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}"#, .tensorOffsets(tensor: "x")),
      (#"{"x":{"dtype":"F32","shape":[2],"data_offsets":[0]}}"#, .tensorOffsets(tensor: "x")),
      (#"{"x":{"dtype":"F32","shape":[2],"data_offsets":[]}}"#, .tensorOffsets(tensor: "x")),
      (
        #"{"x":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"y":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}"#,
        .tensorOffsets(tensor: "y")
      ),
      (
        #"{"x":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"y":{"dtype":"F32","shape":[0],"data_offsets":[2,2]}}"#,
        .tensorOffsets(tensor: "y")
      ),
      (#"{"x":{"dtype":"F32","shape":[3],"data_offsets":[0,12]}}"#, .dataByteCount(8, expected: 12)),
      (#"{"x":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#, .dataByteCount(8, expected: 4)),
      (
        #"{"x":{"dtype":"F32","shape":[2305843009213693951],"data_offsets":[0,9223372036854775804]}}"#,
        .dataByteCount(8, expected: 9_223_372_036_854_775_804)
      ),
      ("{}", .dataByteCount(8, expected: 0)),
      // Fields.
      (#"{"x":{"shape":[2],"data_offsets":[0,8]}}"#, .missingField("dtype", tensor: "x")),
      (#"{"x":{"dtype":"F32","data_offsets":[0,8]}}"#, .missingField("shape", tensor: "x")),
      (#"{"x":{"dtype":"F32","shape":[2]}}"#, .missingField("data_offsets", tensor: "x")),
      (#"{"x":{}}"#, .missingField("dtype", tensor: "x")),
      (#"{"x":{"dtype":"F32","shape":[2],"stride":[1]}}"#, .unknownField("stride", tensor: "x")),
    ] as [(String, CheckpointError.Damage)])
  func hostileHeaders(header: String, damage: CheckpointError.Damage) throws {
    try expect(.damaged(path: "", damage), header: header)
  }

  @Test(arguments: [
    (#"{"x":{"dtype":"F32","shape":[-2],"data_offsets":[0,8]}}"#, 29),
    (#"{"x":{"dtype":"F32","shape":[2.0],"data_offsets":[0,8]}}"#, 30),
    (#"{"x":{"dtype":"F32","shape":[2e0],"data_offsets":[0,8]}}"#, 30),
    (#"{"x":{"dtype":"F32","shape":[9223372036854775808],"data_offsets":[0,8]}}"#, 29),
    (#"{"x":{"dtype":"F32","shape":[02],"data_offsets":[0,8]}}"#, 29),
    (#"{"x":{"dtype":"F32","shape":2,"data_offsets":[0,8]}}"#, 28),
    (#"{"x":{"dtype":7,"shape":[2],"data_offsets":[0,8]}}"#, 14),
    (#"{"x":{"dtype":"F32","dtype":"F32","shape":[2],"data_offsets":[0,8]}}"#, 20),
    (#"{"x":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"x":{}}"#, 54),
    (#"{"__metadata__":{},"__metadata__":{}}"#, 19),
    (#"{"__metadata__":{"a":"1","a":"2"}}"#, 25),
    (#"{"__metadata__":{"a":1}}"#, 21),
    (#"{"__metadata__":{"a":null}}"#, 21),
    (#"{"__metadata__":{"a":["b"]}}"#, 21),
    (#"{"__metadata__":"a"}"#, 16),
    (#"{"__metadata__":{"\ud800":"a"}}"#, 24),
    (#"{"x":[]}"#, 5),
    (#"{"x":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}} {"#, 55),
    ("{", 1),
  ])
  func malformedHeaders(header: String, offset: Int) throws {
    let path = try folder.write(rawFile(header, dataByteCount: 8), to: "hostile.bin")
    let error = #expect(throws: CheckpointError.self) { try readAll(path) }
    guard case .damaged(path, .malformedJSON("header", offset, _)) = error else {
      Issue.record("wrong error: \(String(describing: error))")
      return
    }
  }

  @Test func deepNesting() throws {
    let objects = String(repeating: #"{"x":"#, count: 100_000)
    try expect(.damaged(path: "", .unknownField("x", tensor: "x")), header: objects)
    let arrays = String(repeating: "[", count: 100_000)
    for start in ["{", #"{"x":"#, #"{"x":{"dtype":"#, #"{"x":{"shape":["#, #"{"__metadata__":{"a":"#] {
      let path = try folder.write(rawFile(start + arrays, dataByteCount: 8), to: "deep.bin")
      let error = #expect(throws: CheckpointError.self) { try readAll(path) }
      guard case .damaged(path, .malformedJSON("header", start.utf8.count, _)) = error else {
        Issue.record("wrong error: \(String(describing: error))")
        continue
      }
    }
  }

  @Test func beyondWhatIsSupported() throws {
    try expect(
      .unsupported(path: "", .elementType("F16", tensor: "x")),
      header: #"{"x":{"dtype":"F16","shape":[4],"data_offsets":[0,8]}}"#)
    try expect(
      .unsupported(path: "", .memberCount(part: "shape", limit: 8)),
      header: #"{"x":{"dtype":"F32","shape":[1,1,1,1,1,1,1,1,2],"data_offsets":[0,8]}}"#)
    try expect(
      .unsupported(path: "", .memberCount(part: "offsets", limit: 2)),
      header: #"{"x":{"dtype":"F32","shape":[2],"data_offsets":[0,4,8]}}"#)
    let pairs = (0...1024).map { "\"\($0)\":\"\"" }.joined(separator: ",")
    try expect(
      .unsupported(path: "", .memberCount(part: "metadata", limit: 1024)), header: "{\"__metadata__\":{\(pairs)}}")
    let tensors = (0...65_537).map { "\"\($0)\":{\"dtype\":\"F32\",\"shape\":[0],\"data_offsets\":[0,0]}" }
    try expect(
      .unsupported(path: "", .memberCount(part: "header", limit: 65_537)),
      header: "{\(tensors.joined(separator: ","))}")
  }

  @Test(arguments: ["", "1234567", "123456789", "1234567g", "ABCDEF01", "+1234567", "\\u0031234567"])
  func malformedChecksum(digits: String) throws {
    try expect(.damaged(path: "", .malformedChecksum), header: "{\"__metadata__\":{\"crc32c\":\"\(digits)\"}}")
  }

  @Test func orderAndSpaceInTheHeaderAreFree() throws {
    let header = """
      {
        "y": {"data_offsets": [4, 8], "shape": [1, 1], "dtype": "F32"},
        "empty": {"data_offsets": [4, 4], "shape": [0, 9223372036854775807], "dtype": "F32"},
        "x": {"dtype": "F32", "shape": [], "data_offsets": [0, 4]}
      }
      """
    let file = try SafetensorsFile(path: folder.write(rawFile(header, dataByteCount: 8), to: "free.bin"))
    #expect(file.names == ["x", "empty", "y"])
    #expect(try file.tensor(named: "empty") == [])
    #expect(try file.tensor(named: "y") == [0])
    #expect(file.hasChecksum == false)
  }

  @Test func otherKindsOfFile() throws {
    let text = try folder.write(Array("To be, or not to be".utf8), to: "text.txt")
    #expect(throws: CheckpointError.notACheckpoint(path: text, .noHeader)) { try readAll(text) }
    let empty = try folder.write([], to: "empty")
    #expect(throws: CheckpointError.notACheckpoint(path: empty, .tooShort(byteCount: 0))) { try readAll(empty) }
    #expect(throws: CheckpointError.notACheckpoint(path: "/dev/null", .notARegularFile)) { try readAll("/dev/null") }
    #expect(throws: CheckpointError.cannotOpen(path: folder.path, .isDirectory)) { try readAll(folder.path) }
    let missing = folder.path(of: "missing")
    #expect(throws: CheckpointError.cannotOpen(path: missing, .notFound)) { try readAll(missing) }
    // Opening a pipe must not wait for a writer.
    let pipe = folder.path(of: "pipe")
    try #require(mkfifo(pipe, 0o600) == 0)
    #expect(throws: CheckpointError.notACheckpoint(path: pipe, .notARegularFile)) { try readAll(pipe) }
  }

  // MARK: Helpers

  /// Expects this error, with the path filled in.
  private func expect(
    _ expected: CheckpointError, header: String, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let path = try folder.write(rawFile(header, dataByteCount: 8), to: "hostile.bin")
    let error: CheckpointError =
      switch expected {
      case .damaged(_, let damage): .damaged(path: path, damage)
      case .unsupported(_, let feature): .unsupported(path: path, feature)
      default: expected
      }
    #expect(throws: error, sourceLocation: sourceLocation) { try readAll(path) }
  }
}
