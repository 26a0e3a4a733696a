/// A format of a file that is not text in UTF-8, recognized by its first bytes.
public struct ForeignFormat: Equatable, Sendable {
  /// A phrase such as "looks like UTF-16, little-endian".
  public let phrase: String
  /// The command that writes the text of such a file to standard output, without the file's name; nil if there is no
  /// text in it.
  public let command: [String]?
  /// The arguments of the command after the file's name.
  public let finalArguments: [String]

  private init(_ phrase: String, _ command: String? = nil, finalArguments: [String] = []) {
    self.phrase = phrase
    self.command = command.map { $0.split(separator: " ").map(String.init) }
    self.finalArguments = finalArguments
  }

  /// The number of bytes at the start of a file that are enough to recognize any format.
  static let sampleSize = 4096

  /// Recognizes a format; nil for text in UTF-8, and for bytes that could be anything.
  public init?(startOf bytes: some RandomAccessCollection<UInt8>) {
    let bytes = Array(bytes.prefix(Self.sampleSize))
    let match = Self.signatures.first { bytes.dropFirst($0.offset).starts(with: $0.bytes) }
    guard
      let format = match?.format ?? WideEncoding(of: bytes).map(Self.init) ?? (bytes.areNoText ? Self.binary : nil)
    else { return nil }
    let isDocument = format == Self.zip && Self.documentStarts.contains { bytes.dropFirst(30).starts(with: $0.utf8) }
    self = isDocument ? Self.document : format
  }

  private init(_ encoding: WideEncoding) {
    self.init(
      "looks like UTF-\(encoding.unitSize * 8), \(encoding.isBigEndian ? "big" : "little")-endian",
      "iconv -f UTF-\(encoding.unitSize * 8)\(encoding.isBigEndian ? "BE" : "LE") -t UTF-8")
  }

  /// Bytes at an offset that no text has there.
  private static let signatures: [(offset: Int, bytes: [UInt8], format: ForeignFormat)] = {
    func signature(_ text: String, at offset: Int = 0, _ format: ForeignFormat) -> (Int, [UInt8], ForeignFormat) {
      (offset, text.unicodeScalars.map { UInt8($0.value) }, format)
    }
    let image = ForeignFormat("is an image")
    let recording = ForeignFormat("is a sound or a video")
    let program = ForeignFormat("is a compiled program")
    return [
      signature("\u{1F}\u{8B}", ForeignFormat("is compressed by gzip", "zcat")),
      signature("\u{1F}\u{9D}", ForeignFormat("is compressed by compress", "zcat")),
      signature("1AY&SY", at: 4, ForeignFormat("is compressed by bzip2", "bzcat")),
      signature("\u{FD}7zXZ\0", ForeignFormat("is compressed by xz", "xzcat")),
      signature("\u{5D}\0\0\u{80}\0", ForeignFormat("is compressed by lzma", "xzcat")),
      signature("\u{28}\u{B5}\u{2F}\u{FD}", ForeignFormat("is compressed by zstd", "zstdcat")),
      signature("\u{04}\u{22}\u{4D}\u{18}", ForeignFormat("is compressed by lz4", "lz4cat")),
      signature("PK\u{03}\u{04}", zip),
      signature("\u{D0}\u{CF}\u{11}\u{E0}\u{A1}\u{B1}\u{1A}\u{E1}", document),
      signature("7z\u{BC}\u{AF}\u{27}\u{1C}", ForeignFormat("is a 7z archive", "7z x -so")),
      signature("Rar!\u{1A}\u{07}", ForeignFormat("is a rar archive", "unrar p -inul")),
      signature("\0ustar", at: 256, ForeignFormat("is a tar archive", "tar -xOf")),
      signature("%PDF-1.", pdf), signature("%PDF-2.", pdf),
      signature("%!PS-Adobe-", ForeignFormat("is a PostScript document", "ps2ascii")),
      signature("\u{89}PNG\r\n", image), signature("\u{FF}\u{D8}\u{FF}", image), signature("GIF87a", image),
      signature("GIF89a", image), signature("II*\0", image), signature("MM\0*", image),
      signature("WEBPVP8", at: 8, image),
      signature("\0\0\0\u{18}ftyp", recording), signature("\0\0\0\u{1C}ftyp", recording),
      signature("\0\0\0\u{20}ftyp", recording), signature("OggS\0", recording), signature("ID3\u{03}", recording),
      signature("ID3\u{04}", recording), signature("fLaC\0", recording), signature("WAVEfmt ", at: 8, recording),
      signature("\u{1A}\u{45}\u{DF}\u{A3}", recording),
      signature("\u{7F}ELF", program), signature("\u{CF}\u{FA}\u{ED}\u{FE}", program), signature("\0asm", program),
      signature("SQLite format 3\0", ForeignFormat("is a database of SQLite")),
      signature("\u{93}NUMPY", ForeignFormat("is an array of NumPy")),
      signature("\0\0\0\0\0{\"", at: 3, ForeignFormat("is a checkpoint")),
    ]
  }()

  private static let binary = ForeignFormat("is binary data")
  private static let zip = ForeignFormat("is a zip archive", "unzip -p")
  private static let document = ForeignFormat("is an office document or an e-book", "pandoc -t plain")
  /// The names of the first file in zip archives that are documents.
  private static let documentStarts = ["[Content_Types].xml", "mimetypeapplication/", "word/", "docProps/"]
  private static let pdf = ForeignFormat("is a PDF document", "pdftotext", finalArguments: ["-"])
}

extension [UInt8] {
  /// Whether the bytes are malformed UTF-8 and have many control characters that no text in any encoding has.
  fileprivate var areNoText: Bool {
    guard 50 * count(where: { $0 < 0x08 || (0x0E..<0x1A).contains($0) }) > count else { return false }
    return withUnsafeBytes { wellFormedPrefix(of: $0).endsAtMalformed }
  }
}
