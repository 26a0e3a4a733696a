/// What tells one text from another: a run that is resumed must go on with the text that it began with.
///
/// It is of the text alone, not of the names of its files, nor of how it is cut into files, as long as that changes no
/// character. Byte-order marks at the start of files do not count.
public struct CorpusFingerprint: Codable, Equatable, Sendable {
  /// The length of the text in bytes.
  public let byteCount: Int
  /// Units that the bytes are, in the way that the corpus was asked to read them.
  public let characterCount: Int
  /// CRC-32C of the bytes.
  public let checksum: UInt32

  /// What a text is known by.
  public init(byteCount: Int, characterCount: Int, checksum: UInt32) {
    self.byteCount = byteCount
    self.characterCount = characterCount
    self.checksum = checksum
  }
}
