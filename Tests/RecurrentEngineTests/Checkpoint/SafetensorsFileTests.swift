import Foundation
import Testing

@testable import RandomNumbers
@testable import RecurrentEngine
@testable import RecurrentModel
@testable import Safetensors
@testable import SystemCalls
@testable import TextCorpus

@Suite struct SafetensorsFileTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  @Test func exactBytes() throws {
    let path = folder.path(of: "tiny.bin")
    try SafetensorsFile.write(
      [SafetensorsTensor("w", shape: [2], values: [1, -2] as [Float])], metadata: ["v": "1\n"], to: path)

    let header =
      #"{"__metadata__":{"crc32c":"CHECKSUM","v":"1\u000a"},"#
      + #""w":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}       "#
    let expected =
      [UInt8(header.utf8.count), 0, 0, 0, 0, 0, 0, 0]
      + Array(header.replacing("CHECKSUM", with: "a096209e").utf8) + [0, 0, 0x80, 0x3f, 0, 0, 0, 0xc0]
    #expect(header.utf8.count % 8 == 0)
    #expect(try folder.bytes(of: "tiny.bin") == expected)
  }

  @Test(arguments: [[], [0], [1], [7], [3, 5], [0, 4], [4, 0], [2, 3, 4], [1, 1, 1, 1, 1, 1, 1, 2], [300, 1000]])
  func shapesComeBack(shape: [Int]) throws {
    let path = folder.path(of: "shape.bin")
    let values = (0..<shape.reduce(1, *)).map { Float($0) * 0.5 - 3 }
    try SafetensorsFile.write([SafetensorsTensor("x", shape: shape, values: values)], metadata: [:], to: path)
    let file = try SafetensorsFile(path: path)
    #expect(file.names == ["x"])
    #expect(file.shape(of: "x") == shape)
    #expect(file.elementType(of: "x") == .float32)
    #expect(try file.tensor(named: "x") == values)
    #expect(file.metadata == [:])
    #expect(file.hasChecksum == true)
  }

  @Test func noTensors() throws {
    let path = folder.path(of: "none.bin")
    try SafetensorsFile.write([], metadata: ["only": "text"], to: path)
    let file = try SafetensorsFile(path: path)
    #expect(file.names == [])
    #expect(file.metadata == ["only": "text"])
  }

  @Test func everyBitOfANumberComesBack() throws {
    let path = folder.path(of: "bits.bin")
    let floats = [Float.nan, -.nan, Float(bitPattern: 0x7f80_0001), .infinity, -0.0, .leastNonzeroMagnitude, 1]
    let doubles = [Double.pi, -.infinity, .leastNormalMagnitude]
    let integers = [Int64.min, -1, 0, .max]
    try SafetensorsFile.write(
      [
        SafetensorsTensor("floats", shape: [7], values: floats),
        SafetensorsTensor("doubles", shape: [3], values: doubles),
        SafetensorsTensor("more floats", shape: [1], values: [0.25] as [Float]),
        SafetensorsTensor("integers", shape: [2, 2], values: integers),
      ], metadata: [:], to: path)
    let file = try SafetensorsFile(path: path)
    #expect(file.names == ["doubles", "integers", "floats", "more floats"], "8-byte elements first, to be aligned")
    #expect(try file.tensor(named: "floats").map(\.bitPattern) == floats.map(\.bitPattern))
    #expect(try file.tensor(named: "doubles", of: Double.self).map(\.bitPattern) == doubles.map(\.bitPattern))
    #expect(try file.tensor(named: "integers", of: Int64.self) == integers)
    #expect(try file.tensor(named: "more floats") == [0.25])
    #expect(file.elementType(of: "integers") == .int64)
  }

  @Test func namesAndMetadataInAnyScript() throws {
    let texts = [
      "", " ", "\"quoted\\\"", "\u{0}\u{1f}\u{7f}", "한국어", "\u{1112}\u{1161}\u{11ab}", "e\u{301}x", "😀\u{200d}",
      "\u{2028}",
      "\u{10ffff}", "__metadata", #"{"a":1}"#,
    ]
    let path = folder.path(of: "names.bin")
    try SafetensorsFile.write(
      texts.enumerated().map { index, name in SafetensorsTensor(name, shape: [1], values: [Float(index)]) },
      metadata: Dictionary(uniqueKeysWithValues: texts.map { ($0, "«\($0)»") }), to: path)
    let file = try SafetensorsFile(path: path)
    #expect(file.names.map { Array($0.utf8) } == texts.map { Array($0.utf8) })
    #expect(file.metadata.count == texts.count)
    for (index, text) in texts.enumerated() {
      #expect(try file.tensor(named: text) == [Float(index)])
      #expect(file.metadata[text].map { Array($0.utf8) } == Array("«\(text)»".utf8))
    }
  }

  @Test func sameInputGivesSameBytes() throws {
    let keys = (0..<50).map { "key \($0 * 7919 % 50)" }
    for (name, keys) in [("a", keys), ("b", keys.reversed())] {
      var metadata: [String: String] = [:]
      for key in keys { metadata[key] = key }
      try SafetensorsFile.write(
        [SafetensorsTensor("x", shape: [1], values: [1] as [Float])], metadata: metadata, to: folder.path(of: name))
    }
    #expect(try folder.bytes(of: "a") == folder.bytes(of: "b"))
  }

  @Test func valuesAreMadeOneTensorAtATime() throws {
    var events: [String] = []
    func make(_ name: String) -> [Float] {
      events.append(name)
      return [1]
    }
    let tensors = ["first", "second"].map { name in SafetensorsTensor(name, shape: [1], values: make(name)) }
    #expect(events.isEmpty)
    try SafetensorsFile.write(tensors, metadata: [:], to: folder.path(of: "lazy.bin"))
    #expect(events == ["first", "second"])
  }

  @Test func missingTensorAndWrongType() throws {
    let path = folder.path(of: "one.bin")
    try SafetensorsFile.write([SafetensorsTensor("x", shape: [1], values: [1] as [Float])], metadata: [:], to: path)
    let file = try SafetensorsFile(path: path)
    #expect(file.shape(of: "y") == nil)
    #expect(file.elementType(of: "y") == nil)
    expectError(.damaged(path: path, .missingTensor("y"))) { () throws(CheckpointError) in
      _ = try file.tensor(named: "y")
    }
    expectError(.damaged(path: path, .elementType("F32", tensor: "x", expected: "I64"))) { () throws(CheckpointError) in
      _ = try file.tensor(named: "x", of: Int64.self)
    }
  }

  @Test func refusesToWriteWhatItCouldNotRead() throws {
    let path = folder.path(of: "large.bin")
    let deep = SafetensorsTensor("x", shape: [Int](repeating: 1, count: 9), values: [1] as [Float])
    expectError(.unsupported(path: path, .memberCount(part: "shape", limit: 8))) { () throws(CheckpointError) in
      try SafetensorsFile.write([deep], metadata: [:], to: path)
    }
    let many = Dictionary(uniqueKeysWithValues: (0..<1024).map { ("\($0)", "") })
    expectError(.unsupported(path: path, .memberCount(part: "metadata", limit: 1024))) { () throws(CheckpointError) in
      try SafetensorsFile.write([], metadata: many, to: path)
    }
    #expect(try folder.names().isEmpty)
  }

  @Test func shortAndInterruptedReadsAreContinued() throws {
    let path = folder.path(of: "x.bin")
    let values = (0..<100).map(Float.init)
    try SafetensorsFile.write([SafetensorsTensor("x", shape: [100], values: values)], metadata: [:], to: path)
    let fileSystem = FaultyFileSystem(maximumTransfer: 7) { call, index in
      call != .close && index.isMultiple(of: 3) ? nil : (call == .read || call == .open ? .interrupted : nil)
    }
    let file = try SafetensorsFile(path: path, calls: fileSystem.calls)
    #expect(try file.tensor(named: "x") == values)
  }

  @Test func everyFailingCallIsAnErrorAndLeavesNoFileOpen() throws {
    let path = folder.path(of: "x.bin")
    try SafetensorsFile.write([SafetensorsTensor("x", shape: [1], values: [1] as [Float])], metadata: [:], to: path)
    let whole = FaultyFileSystem()
    try readAll(path, calls: whole.calls)
    #expect(whole.openCount == 0)
    let reading = whole.log.filter { $0 != .close }
    #expect(reading == [.open, .statusOfFile, .read, .read, .read, .read])
    for failing in reading.indices {
      let fileSystem = FaultyFileSystem { _, index in index == failing ? .inputOutput : nil }
      let expected: CheckpointError =
        failing < 2 ? .cannotOpen(path: path, .inputOutput) : .readFailed(path: path, .inputOutput)
      expectError(expected) { () throws(CheckpointError) in try readAll(path, calls: fileSystem.calls) }
      #expect(fileSystem.openCount == 0)
    }
  }

  private func readAll(_ path: String, calls: FileSystemCalls) throws(CheckpointError) {
    let file = try SafetensorsFile(path: path, calls: calls)
    for name in file.names { _ = try file.tensor(named: name) }
  }
}
