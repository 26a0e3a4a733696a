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
  /// The file is written piece by piece and replaced atomically by ``DurableFile``. Tensors with larger elements come
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
    let contents = try Contents(tensors, metadata: metadata, path: path)
    do throws(FileError) {
      try DurableFile.write(to: path, calls: calls) { (sink) throws(FileError) in
        _ = try contents.append(to: .file(sink))
      }
    } catch {
      throw CheckpointError(error)
    }
  }

  /// Returns the bytes of the file that ``write(_:metadata:to:calls:)`` would write.
  ///
  /// - Parameter path: The name of the file in messages.
  /// - Throws: `unsupported`, like writing.
  package static func encode(
    _ tensors: [SafetensorsTensor], metadata: [String: String], path: String
  ) throws(CheckpointError) -> [UInt8] {
    let contents = try Contents(tensors, metadata: metadata, path: path)
    do throws(FileError) {
      return try contents.append(to: .memory([])).bytes
    } catch {
      throw CheckpointError(error)
    }
  }
}

/// A file to be written: its header, and its tensors in the order of their data.
private struct Contents {
  private let tensors: [SafetensorsTensor]
  private let header: (text: [UInt8], digits: Range<Int>)

  init(_ tensors: [SafetensorsTensor], metadata: [String: String], path: String) throws(CheckpointError) {
    let names = tensors.map(\.name) + [SafetensorsHeader.metadataKey]
    precondition(Set(names).count == names.count, "two tensors have the same name")
    precondition(metadata[SafetensorsHeader.checksumKey] == nil, "the checksum is not for the caller to give")

    let tensors = [8, 4, 2, 1].flatMap { size in tensors.filter { $0.elementType.byteCount == size } }
    var end = 0
    let entries = tensors.map { tensor in
      let start = end
      end += tensor.shape.reduce(tensor.elementType.byteCount, *)
      return SafetensorsHeader.Entry(
        name: tensor.name, elementType: tensor.elementType, shape: tensor.shape, byteRange: start..<end)
    }
    self.tensors = tensors
    header = try SafetensorsHeader(entries: entries, metadata: metadata).encoded(for: path)
  }

  func append(to destination: ChecksummedSink.Destination) throws(FileError) -> ChecksummedSink {
    var file = ChecksummedSink(destination)
    try file.append([UInt64(header.text.count).littleEndian])
    try file.append(header.text)
    for tensor in tensors { try tensor.append(&file) }
    // The checksum is defined with its own digits read as zeros, and until now they are zeros.
    try file.overwrite(
      file.checksum.value.hexadecimalDigits, at: SafetensorsFile.prefixByteCount + header.digits.lowerBound)
    return file
  }
}

/// A file or bytes in memory, with a running checksum of all appended bytes.
private struct ChecksummedSink {
  enum Destination {
    case file(DurableFile.Sink)
    case memory([UInt8])
  }

  private var destination: Destination
  private(set) var checksum = CRC32C()

  init(_ destination: Destination) { self.destination = destination }

  /// All bytes in memory; empty for a file.
  var bytes: [UInt8] { if case .memory(let bytes) = destination { bytes } else { [] } }

  mutating func append(_ elements: [some BitwiseCopyable]) throws(FileError) {
    elements.withUnsafeBytes { checksum.update($0) }
    switch destination {
    case .file(var sink):
      try sink.append(elements)
      destination = .file(sink)
    case .memory(var bytes):
      destination = .memory([])  // so that the array is appended to in place
      elements.withUnsafeBytes { bytes.append(contentsOf: $0) }
      destination = .memory(bytes)
    }
  }

  mutating func overwrite(_ replacement: [UInt8], at offset: Int) throws(FileError) {
    switch destination {
    case .file(let sink): try sink.overwrite(replacement, at: offset)
    case .memory(var bytes):
      bytes.replaceSubrange(offset..<offset + replacement.count, with: replacement)
      destination = .memory(bytes)
    }
  }
}
