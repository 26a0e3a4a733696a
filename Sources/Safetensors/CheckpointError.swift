public import SystemCalls

/// Why a checkpoint could not be read or saved.
public enum CheckpointError: Error, Equatable, Sendable {
  /// The file is missing, or may not be read.
  case cannotOpen(path: String, SystemError)
  /// The system failed while the file was read.
  case readFailed(path: String, SystemError)
  /// The file never was a checkpoint.
  case notACheckpoint(path: String, Unrecognized)
  /// A checkpoint whose contents are no longer, or never were, in order.
  case damaged(path: String, Damage)
  /// A later version of the project wrote the file.
  case newerFormat(path: String, version: Int)
  /// A sound file with something that this version does not read.
  case unsupported(path: String, Unsupported)
  /// There is less memory than the model takes.
  case tooLarge(path: String, byteCount: Int, available: Int)
  /// A model from which training cannot go on.
  case noTrainingState(path: String)
  /// The text to go on with is not the one that training began with.
  case otherText(path: String)
  /// No file can be made at this path.
  case cannotCreate(path: String, SystemError)
  /// The system failed while the file was written, such as on a full disk.
  case writeFailed(path: String, SystemError)

  /// What shows that a file never was a checkpoint.
  public enum Unrecognized: Equatable, Sendable {
    /// A device, a pipe or a socket.
    case notARegularFile
    /// Shorter than the length of a header is.
    case tooShort(byteCount: Int)
    /// No JSON object stands where the header should.
    case noHeader
  }

  /// What is wrong in a file that begins like a checkpoint.
  public enum Damage: Equatable, Sendable {
    /// The header would end beyond the file.
    case headerLength(UInt64, fileByteCount: Int)
    /// `part` is the text that holds the fault, such as the header; `offset` counts its bytes.
    case malformedJSON(part: String, offset: Int, expected: String)
    /// A tensor is described without this field.
    case missingField(String, tensor: String)
    /// A tensor is described with a field that there is not.
    case unknownField(String, tensor: String)
    /// The element count does not fit the machine's integers, or differs from the bytes given for it.
    case tensorSize(tensor: String)
    /// Overlaps the tensor before it, leaves a hole, or runs backwards.
    case tensorOffsets(tensor: String)
    /// There are more or fewer bytes than the tensors have together.
    case dataByteCount(Int, expected: Int)
    /// The checksum is not eight hexadecimal digits.
    case malformedChecksum
    /// The state of training without a checksum: every flipped bit of it would go unseen into what is trained on.
    case missingChecksum
    /// The bytes of the file have another CRC-32C than the file says.
    case checksum(stored: UInt32, computed: UInt32)
    /// Somebody cut the file while it was being read.
    case shrankWhileRead
    /// A tensor that the model needs is not there.
    case missingTensor(String)
    /// An entry of the metadata that is missing or makes no sense.
    case metadata(String)
    /// The elements of a tensor are of another type than its place asks for.
    case elementType(String, tensor: String, expected: String)
    /// Not the shape that the configuration and the vocabulary ask for.
    case tensorShape([Int], tensor: String, expected: [Int])
    /// An infinity or no number at all among the weights, with which every prediction would be none.
    case notFinite(tensor: String)
  }

  /// What is sound, but beyond what this version reads or writes.
  public enum Unsupported: Equatable, Sendable {
    /// Elements of a type that is not read.
    case elementType(String, tensor: String)
    /// A header longer than any that is read.
    case headerByteCount(UInt64, limit: Int)
    /// More members in an object or an array than are read.
    case memberCount(part: String, limit: Int)
    /// Weights that have to be padded to many times their size.
    case padding(byteCount: Int, limit: Int)
  }
}

extension CheckpointError {
  /// The error of a checkpoint whose file could not be opened, read, created or written.
  package init(_ error: FileError) {
    self =
      switch error {
      case .cannotOpen(let path, let reason): .cannotOpen(path: path, reason)
      case .notARegularFile(let path): .notACheckpoint(path: path, .notARegularFile)
      case .readFailed(let path, let reason): .readFailed(path: path, reason)
      case .shrankWhileRead(let path): .damaged(path: path, .shrankWhileRead)
      case .cannotCreate(let path, let reason): .cannotCreate(path: path, reason)
      case .writeFailed(let path, let reason): .writeFailed(path: path, reason)
      }
  }
}
