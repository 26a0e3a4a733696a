/// Why a checkpoint could not be read or saved.
public enum CheckpointError: Error, Equatable, Sendable {
  case cannotOpen(path: String, SystemError)
  case readFailed(path: String, SystemError)
  case notACheckpoint(path: String, Unrecognized)
  case damaged(path: String, Damage)
  /// A later version of the project wrote the file.
  case newerFormat(path: String, version: Int)
  case unsupported(path: String, Unsupported)
  /// There is less memory than the model takes.
  case tooLarge(path: String, byteCount: Int, available: Int)
  /// A model from which training cannot go on.
  case noTrainingState(path: String)
  case cannotCreate(path: String, SystemError)
  case writeFailed(path: String, SystemError)

  /// What shows that a file never was a checkpoint.
  public enum Unrecognized: Equatable, Sendable {
    case notARegularFile
    case tooShort(byteCount: Int)
    /// No JSON object stands where the header should.
    case noHeader
  }

  /// What is wrong in a file that begins like a checkpoint.
  public enum Damage: Equatable, Sendable {
    case headerLength(UInt64, fileByteCount: Int)
    /// `part` is the text that holds the fault, such as the header; `offset` counts its bytes.
    case malformedJSON(part: String, offset: Int, expected: String)
    case missingField(String, tensor: String)
    case unknownField(String, tensor: String)
    /// The element count does not fit the machine's integers, or differs from the bytes given for it.
    case tensorSize(tensor: String)
    /// Overlaps the tensor before it, leaves a hole, or runs backwards.
    case tensorOffsets(tensor: String)
    case dataByteCount(Int, expected: Int)
    case malformedChecksum
    /// The state of training without a checksum: every flipped bit of it would go unseen into what is trained on.
    case missingChecksum
    case checksum(stored: UInt32, computed: UInt32)
    /// Somebody cut the file while it was being read.
    case shrankWhileRead
    case missingTensor(String)
    /// An entry of the metadata that is missing or makes no sense.
    case metadata(String)
    case elementType(String, tensor: String, expected: String)
    /// Not the shape that the configuration and the vocabulary ask for.
    case tensorShape([Int], tensor: String, expected: [Int])
    /// An infinity or no number at all among the weights, with which every prediction would be none.
    case notFinite(tensor: String)
  }

  /// What is sound, but beyond what this version reads or writes.
  public enum Unsupported: Equatable, Sendable {
    case elementType(String, tensor: String)
    case headerByteCount(UInt64, limit: Int)
    case memberCount(part: String, limit: Int)
    /// Weights that have to be padded to many times their size.
    case padding(byteCount: Int, limit: Int)
  }
}
