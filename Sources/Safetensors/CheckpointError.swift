public import SystemCalls

/// An error of reading or writing a checkpoint.
public enum CheckpointError: Error, Equatable, Sendable {
  /// A file that is missing or not readable.
  case cannotOpen(path: String, SystemError)
  /// A system error while the file was read.
  case readFailed(path: String, SystemError)
  /// A file that is not a checkpoint.
  case notACheckpoint(path: String, Unrecognized)
  /// A checkpoint with invalid or corrupted contents.
  case damaged(path: String, Damage)
  /// A file in the format of a later version of the project.
  case newerFormat(path: String, version: Int)
  /// A valid file with a feature that this version does not support.
  case unsupported(path: String, Unsupported)
  /// A model that needs more memory than is available.
  case tooLarge(path: String, byteCount: Int, available: Int)
  /// A checkpoint without training state, from which training cannot be resumed.
  case noTrainingState(path: String)
  /// A corpus that differs from the one that the run was trained on.
  case otherText(path: String)
  /// A path at which no file can be created.
  case cannotCreate(path: String, SystemError)
  /// A system error while the file was written, such as a full disk.
  case writeFailed(path: String, SystemError)
  /// A complete new file that cannot replace the old one.
  case notReplaced(path: String, newFile: String, SystemError)

  /// The reason why a file is not recognized as a checkpoint.
  public enum Unrecognized: Equatable, Sendable {
    /// A device, a pipe or a socket.
    case notARegularFile
    /// A file shorter than the length field of a header.
    case tooShort(byteCount: Int)
    /// No JSON object at the position of the header.
    case noHeader
  }

  /// A fault in a file that begins like a checkpoint.
  public enum Damage: Equatable, Sendable {
    /// A header that would end beyond the file.
    case headerLength(UInt64, fileByteCount: Int)
    /// Malformed JSON at byte `offset` of `part`, such as the header.
    case malformedJSON(part: String, offset: Int, expected: String)
    /// A tensor description without this field.
    case missingField(String, tensor: String)
    /// A tensor description with an unknown field.
    case unknownField(String, tensor: String)
    /// An element count that overflows `Int` or does not match the byte range.
    case tensorSize(tensor: String)
    /// A byte range that overlaps the previous tensor, leaves a gap, or ends before it starts.
    case tensorOffsets(tensor: String)
    /// A data section whose size differs from the total size of the tensors.
    case dataByteCount(Int, expected: Int)
    /// A checksum that is not eight hexadecimal digits.
    case malformedChecksum
    /// Training state without a checksum: corrupted bytes would go undetected and end up in the trained weights.
    case missingChecksum
    /// A stored CRC-32C that differs from that of the file's bytes.
    case checksum(stored: UInt32, computed: UInt32)
    /// A file that was truncated while it was read.
    case shrankWhileRead
    /// A missing tensor that the model needs.
    case missingTensor(String)
    /// A missing or invalid metadata entry.
    case metadata(String)
    /// The element type of a tensor is not the expected one.
    case elementType(String, tensor: String, expected: String)
    /// A shape that does not match the configuration and the vocabulary.
    case tensorShape([Int], tensor: String, expected: [Int])
    /// A weight that is NaN or infinite, which would make every prediction NaN.
    case notFinite(tensor: String)
    /// A quantized weight outside of −127 to 127.
    case quantizedNumber(tensor: String)
    /// A scale of quantized weights that is negative, NaN, infinite or too large.
    case scale(tensor: String)
  }

  /// A feature of a valid file that this version cannot read or write.
  public enum Unsupported: Equatable, Sendable {
    /// An unsupported element type.
    case elementType(String, tensor: String)
    /// A header longer than the limit.
    case headerByteCount(UInt64, limit: Int)
    /// More members in an object or an array than the limit.
    case memberCount(part: String, limit: Int)
    /// Weights that padding would enlarge to many times their size.
    case padding(byteCount: Int, limit: Int)
    /// A matrix of 8-bit weights with more columns than sums of 32 bits can hold.
    case quantizedColumns(Int, limit: Int)
  }
}

extension CheckpointError {
  /// Creates the checkpoint error that corresponds to a file error.
  package init(_ error: FileError) {
    self =
      switch error {
      case .cannotOpen(let path, let reason): .cannotOpen(path: path, reason)
      case .notARegularFile(let path): .notACheckpoint(path: path, .notARegularFile)
      case .readFailed(let path, let reason): .readFailed(path: path, reason)
      case .shrankWhileRead(let path): .damaged(path: path, .shrankWhileRead)
      case .cannotCreate(let path, let reason): .cannotCreate(path: path, reason)
      case .writeFailed(let path, let reason): .writeFailed(path: path, reason)
      case .notReplaced(let path, let newFile, let reason): .notReplaced(path: path, newFile: newFile, reason)
      }
  }
}
