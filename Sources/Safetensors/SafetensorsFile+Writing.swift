internal import Checksums
package import SystemCalls

/// A tensor to be saved.
package struct SafetensorsTensor {
  fileprivate let name: String
  fileprivate let elementType: SafetensorsElementType
  fileprivate let shape: [Int]
  fileprivate let append: (_ file: inout ChecksummedSink) throws(FileError) -> Void

  /// - Parameters:
  ///   - shape: The slowest dimension first.
  ///   - values: As many numbers as the shape has places. Evaluated when the tensor is written, so that only one
  ///     tensor's worth of converted numbers need exist at a time.
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
  /// Writes a file that holds `tensors` and `metadata` and nothing else: the same input gives the same bytes.
  ///
  /// The file is replaced as ``DurableFile`` says, and written piece by piece. Tensors of 8-byte elements come
  /// first, so that every tensor is aligned without holes; otherwise the order is kept.
  ///
  /// - Parameters:
  ///   - tensors: Their names differ from one another and from the metadata's key.
  ///   - metadata: The checksum is added to it.
  /// - Throws: `cannotCreate`, `writeFailed`, and `unsupported` for more than the format's reader accepts.
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
        // The digits count as zeros in their own checksum, and until now they are zeros.
        try file.sink.overwrite(
          file.checksum.value.hexadecimalDigits, at: prefixByteCount + header.digits.lowerBound)
      }
    } catch {
      throw CheckpointError(error)
    }
  }
}

/// A new file with the checksum of all bytes that were appended to it.
private struct ChecksummedSink {
  private(set) var sink: DurableFile.Sink
  private(set) var checksum = CRC32C()

  init(_ sink: DurableFile.Sink) { self.sink = sink }

  mutating func append(_ elements: [some BitwiseCopyable]) throws(FileError) {
    elements.withUnsafeBytes { checksum.update($0) }
    try sink.append(elements)
  }
}
