public import SystemCalls

/// An error that occurred while a checkpoint was read or written.
public enum CheckpointError: Error, Equatable, Sendable {
  /// The file is missing or not readable.
  case cannotOpen(path: String, SystemError)
  /// The system reported an error while the file was read.
  case readFailed(path: String, SystemError)
  /// The file is not a checkpoint.
  case notACheckpoint(path: String, Unrecognized)
  /// A checkpoint with invalid or corrupted contents.
  case damaged(path: String, Damage)
  /// The file uses the format of a later version of the project.
  case newerFormat(path: String, version: Int)
  /// A valid file with a feature that this version does not support.
  case unsupported(path: String, Unsupported)
  /// The model needs more memory than is available.
  case tooLarge(path: String, byteCount: Int, available: Int)
  /// The checkpoint contains a model but no training state, so training cannot be resumed from it.
  case noTrainingState(path: String)
  /// The corpus differs from the one that the run was trained on.
  case otherText(path: String)
  /// The file cannot be created at this path.
  case cannotCreate(path: String, SystemError)
  /// The system reported an error while the file was written, such as a full disk.
  case writeFailed(path: String, SystemError)
  /// The new file is complete, but cannot be put in the place of the old one.
  case notReplaced(path: String, newFile: String, SystemError)

  /// The reason why a file is not recognized as a checkpoint.
  public enum Unrecognized: Equatable, Sendable {
    /// A device, a pipe or a socket.
    case notARegularFile
    /// The file is shorter than the length field of a header.
    case tooShort(byteCount: Int)
    /// No JSON object at the position of the header.
    case noHeader
  }

  /// A fault in a file that begins like a checkpoint.
  public enum Damage: Equatable, Sendable {
    /// The header would end beyond the file.
    case headerLength(UInt64, fileByteCount: Int)
    /// Malformed JSON at byte `offset` of `part`, such as the header.
    case malformedJSON(part: String, offset: Int, expected: String)
    /// The description of a tensor lacks this field.
    case missingField(String, tensor: String)
    /// The description of a tensor has an unknown field.
    case unknownField(String, tensor: String)
    /// The element count overflows `Int` or does not match the byte range.
    case tensorSize(tensor: String)
    /// The byte range overlaps the previous tensor, leaves a gap, or ends before it starts.
    case tensorOffsets(tensor: String)
    /// The size of the data section differs from the total size of the tensors.
    case dataByteCount(Int, expected: Int)
    /// The checksum is not eight hexadecimal digits.
    case malformedChecksum
    /// Training state without a checksum: flipped bits in it would go undetected and end up in the trained weights.
    case missingChecksum
    /// The CRC-32C of the file's bytes differs from the stored one.
    case checksum(stored: UInt32, computed: UInt32)
    /// The file was truncated while it was read.
    case shrankWhileRead
    /// A tensor that the model needs is missing.
    case missingTensor(String)
    /// A metadata entry is missing or invalid.
    case metadata(String)
    /// The element type of a tensor is not the expected one.
    case elementType(String, tensor: String, expected: String)
    /// The shape of a tensor does not match the configuration and the vocabulary.
    case tensorShape([Int], tensor: String, expected: [Int])
    /// A weight is NaN or infinite, which would make every prediction NaN.
    case notFinite(tensor: String)
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
