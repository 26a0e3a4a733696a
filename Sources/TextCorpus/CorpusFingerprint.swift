/// The fingerprint of a text, used to check that a resumed run continues with the same text.
///
/// It depends on the text alone, not on file names or on how the text is divided into files, as long as the division
/// changes no character. Byte-order marks at the start of files are ignored.
public struct CorpusFingerprint: Codable, Equatable, Sendable {
  /// The length of the text in bytes.
  public let byteCount: Int
  /// The length of the text in units of the corpus.
  public let characterCount: Int
  /// The CRC-32C of the bytes.
  public let checksum: UInt32

  /// Creates a fingerprint.
  public init(byteCount: Int, characterCount: Int, checksum: UInt32) {
    self.byteCount = byteCount
    self.characterCount = characterCount
    self.checksum = checksum
  }
}
