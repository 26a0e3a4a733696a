internal import Checksums
package import SystemCalls

/// A tensor to be written.
package struct SafetensorsTensor {
  fileprivate let name: String
  fileprivate let elementType: SafetensorsElementType
  fileprivate let shape: [Int]
  fileprivate let append: (_ file: inout ChecksummedSink) throws(FileError) -> Void

  /// - Parameters:
  ///   - shape: The extents of the tensor, slowest dimension first.
  ///   - values: The elements, one for each position of the shape. Evaluated when the tensor is written, so that only
  ///     one tensor's converted elements are in memory at a time.
  package init<Element: SafetensorsElement>(
    _ name: String, shape: [Int], values: @autoclosure @escaping () -> [Element]
  ) {
    self.name = name
    self.elementType = Element.elementType
    self.shape = shape
    append = { (file) throws(FileError) in
      let values = values()
      precondition(values.count == shape.reduce(1, *), "\(name) has \(values.count) values for its shape \(shape)")
      try file.append(values)
    }
  }
}

extension SafetensorsFile {
  /// Writes a file that contains only `tensors` and `metadata`: the same input gives the same bytes.
  ///
  /// The file is written piece by piece and replaced atomically by ``DurableFile``. Tensors with 8-byte elements come
  /// first, so that every tensor is aligned without gaps; otherwise the order is kept.
  ///
  /// - Parameters:
  ///   - tensors: The tensors; their names are unique and differ from the metadata key.
  ///   - metadata: The metadata without the checksum, which is added.
  /// - Throws: `cannotCreate`, `writeFailed`, and `unsupported` for more tensors or metadata than the format's reader
  ///   accepts.
  package static func write(
    _ tensors: [SafetensorsTensor],
    metadata: [String: String],
    to path: String,
    calls: FileSystemCalls = .system
  ) throws(CheckpointError) {
    let names = tensors.map(\.name) + [SafetensorsHeader.metadataKey]
    precondition(Set(names).count == names.count, "two tensors have the same name")
    precondition(metadata[SafetensorsHeader.checksumKey] == nil, "the checksum is not for the caller to give")

    let tensors = tensors.filter { $0.elementType.byteCount == 8 } + tensors.filter { $0.elementType.byteCount < 8 }
    var end = 0
    let entries = tensors.map { tensor in
      let start = end
      end += tensor.shape.reduce(tensor.elementType.byteCount, *)
      return SafetensorsHeader.Entry(
        name: tensor.name, elementType: tensor.elementType, shape: tensor.shape, byteRange: start..<end)
    }
    let header = try SafetensorsHeader(entries: entries, metadata: metadata).encoded(for: path)

    do throws(FileError) {
      try DurableFile.write(to: path, calls: calls) { (sink) throws(FileError) in
        var file = ChecksummedSink(sink)
        try file.append([UInt64(header.text.count).littleEndian])
        try file.append(header.text)
        for tensor in tensors { try tensor.append(&file) }
        // The checksum is defined with its own digits read as zeros, and until now they are zeros.
        try file.sink.overwrite(
          file.checksum.value.hexadecimalDigits, at: prefixByteCount + header.digits.lowerBound)
      }
    } catch {
      throw CheckpointError(error)
    }
  }
}

/// An output file with a running checksum of all appended bytes.
private struct ChecksummedSink {
  private(set) var sink: DurableFile.Sink
  private(set) var checksum = CRC32C()

  init(_ sink: DurableFile.Sink) { self.sink = sink }

  mutating func append(_ elements: [some BitwiseCopyable]) throws(FileError) {
    elements.withUnsafeBytes { checksum.update($0) }
    try sink.append(elements)
  }
}
