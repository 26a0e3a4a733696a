internal import Checksums

/// The header of a safetensors file: the type, shape and byte range of each tensor, and the metadata.
package struct SafetensorsHeader: Sendable {
  package struct Entry: Sendable {
    package let name: String
    package let elementType: SafetensorsElementType
    package let shape: [Int]
    /// The byte range, relative to the end of the header.
    package let byteRange: Range<Int>
  }

  /// The CRC-32C of the whole file, stored as eight lower-case digits that are read as zeros when it is computed.
  package struct Checksum: Sendable {
    package let value: UInt32
    /// The byte range of the digits in the header's text.
    package let digits: Range<Int>
  }

  /// Limits far beyond any real model, but low enough that tables built from a hostile header stay small.
  package enum Limit {
    package static let byteCount = 64 << 20
    package static let tensorCount = 65_536
    package static let metadataCount = 1_024
    package static let dimensionCount = 8
  }

  package static let metadataKey = "__metadata__"
  package static let checksumKey = "crc32c"

  /// The tensors in the order of their data, without gaps from the first byte to the last.
  package private(set) var entries: [Entry] = []
  /// The metadata without the checksum.
  package private(set) var metadata: [String: String] = [:]
  package private(set) var checksum: Checksum?

  /// Creates a header to be written.
  package init(entries: [Entry], metadata: [String: String]) {
    self.entries = entries
    self.metadata = metadata
  }

  /// The size in bytes of the data section after the header.
  package var dataByteCount: Int { entries.last?.byteRange.upperBound ?? 0 }

  /// Parses and checks a header.
  ///
  /// - Parameters:
  ///   - text: The JSON text, which is consumed and decoded in place.
  ///   - path: The path of the file that contains the header, for error messages.
  /// - Throws: `damaged`, `unsupported`.
  package init(parsing text: consuming [UInt8], path: String) throws(CheckpointError) {
    var scanner = JSONScanner(text, part: "header", path: path)
    var entries: [Entry] = []
    var metadata: [String: String] = [:]
    var checksum: Checksum?
    try scanner.readObject(atMost: Limit.tensorCount + 1, of: "header") { (name, scanner) throws(CheckpointError) in
      guard name == Self.metadataKey else {
        entries.append(try Entry(named: name, from: &scanner, path: path))
        return
      }
      try scanner.readObject(atMost: Limit.metadataCount, of: "metadata") { (key, scanner) throws(CheckpointError) in
        let value = try scanner.readString()
        if key == Self.checksumKey {
          checksum = try Checksum(value, digits: scanner.lastString, path: path)
        } else {
          metadata[key] = value
        }
      }
    }
    try scanner.readEnd()

    // An empty tensor shares its offset with the next one and comes first.
    entries.sort { first, second in
      (first.byteRange.lowerBound, first.byteRange.upperBound)
        < (second.byteRange.lowerBound, second.byteRange.upperBound)
    }
    var end = 0
    for entry in entries {
      guard entry.byteRange.lowerBound == end else { throw .damaged(path: path, .tensorOffsets(tensor: entry.name)) }
      end = entry.byteRange.upperBound
    }
    self.entries = entries
    self.metadata = metadata
    self.checksum = checksum
  }
}

extension SafetensorsHeader.Entry {
  fileprivate init(named name: String, from scanner: inout JSONScanner, path: String) throws(CheckpointError) {
    var typeName: String?
    var shape: [Int]?
    var offsets: [Int]?
    try scanner.readObject(atMost: 3, of: "tensor") { (field, scanner) throws(CheckpointError) in
      switch field {
      case "dtype": typeName = try scanner.readString()
      case "shape": shape = try scanner.readIntegers(atMost: SafetensorsHeader.Limit.dimensionCount, of: "shape")
      case "data_offsets": offsets = try scanner.readIntegers(atMost: 2, of: "offsets")
      default: throw .damaged(path: path, .unknownField(field, tensor: name))
      }
    }
    guard let typeName else { throw .damaged(path: path, .missingField("dtype", tensor: name)) }
    guard let shape else { throw .damaged(path: path, .missingField("shape", tensor: name)) }
    guard let offsets else { throw .damaged(path: path, .missingField("data_offsets", tensor: name)) }
    guard let elementType = SafetensorsElementType(rawValue: typeName) else {
      throw .unsupported(path: path, .elementType(typeName, tensor: name))
    }
    guard offsets.count == 2, offsets[0] <= offsets[1] else {
      throw .damaged(path: path, .tensorOffsets(tensor: name))
    }
    guard elementType.byteCount(ofShape: shape) == offsets[1] - offsets[0] else {
      throw .damaged(path: path, .tensorSize(tensor: name))
    }
    self.init(name: name, elementType: elementType, shape: shape, byteRange: offsets[0]..<offsets[1])
  }
}

extension SafetensorsHeader.Checksum {
  fileprivate init(_ text: String, digits: Range<Int>, path: String) throws(CheckpointError) {
    // Escaped digits would not be at the position from which the checksum's definition reads them as zeros.
    guard digits.count == 8, let value = UInt32(text, radix: 16), Array(text.utf8) == value.hexadecimalDigits else {
      throw .damaged(path: path, .malformedChecksum)
    }
    self.init(value: value, digits: digits)
  }
}

extension JSONScanner {
  fileprivate mutating func readIntegers(
    atMost limit: Int, of contents: String
  ) throws(CheckpointError) -> [Int] {
    var integers: [Int] = []
    try readArray(atMost: limit, of: contents) { (scanner) throws(CheckpointError) in
      integers.append(try scanner.readInteger())
    }
    return integers
  }
}
