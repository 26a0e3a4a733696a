internal import Checksums
internal import Synchronization
internal import SystemCalls

/// The bytes of one opened source, without a byte-order mark and separators of records at the start.
///
/// Any number of readers on any threads may share one source: reading moves no shared file offset.
final class SourceBytes: Sendable {
  private enum Storage {
    case file(SourceFile)
    case memory(HeldBytes)

    var byteCount: Int {
      switch self {
      case .file(let file): file.byteCount
      case .memory(let bytes): bytes.count
      }
    }

    /// Reads at an offset until the buffer is full.
    ///
    /// - Returns: Whether a file is as it was at the last call.
    func read(at offset: Int, into buffer: UnsafeMutableRawBufferPointer) throws(CorpusError) -> Bool {
      switch self {
      case .file(let file): return try file.read(at: offset, into: buffer)
      case .memory(let bytes):
        bytes.copy(from: offset, into: buffer)
        return true
      }
    }

    /// Returns a few thousand bytes, fewer at the end.
    func sample(at offset: Int) throws(CorpusError) -> [UInt8] {
      var sample = [UInt8](repeating: 0, count: min(byteCount - offset, ForeignFormat.sampleSize))
      // The method of `Array` does not propagate typed errors.
      let result = sample.withUnsafeMutableBytes { buffer in
        Result { () throws(CorpusError) in try read(at: offset, into: buffer) }
      }
      _ = try result.get()
      return sample
    }

    /// Lets no later read find a file as it was.
    func expectChange() {
      if case .file(let file) = self { file.expectChange() }
    }
  }

  /// The result of the scan, or the comparison of a touched file with it.
  private enum State {
    case scanned(ScannedText)
    /// The file is being compared with what the scan has found, and whether it was touched again meanwhile.
    case compared(isTouchedAgain: Bool)
  }

  /// The checksum of the text that a scan has found.
  struct ScannedText {
    /// The checksum of the sources before this one.
    var before: CRC32C
    /// The checksum up to the end of this source.
    var value: UInt32
    /// Whether carriage returns at the ends of lines are left out of it.
    var dropsCarriageReturns: Bool
  }

  let path: String
  /// The size of the text in bytes, without what is left out at its start.
  let byteCount: Int
  /// The format of a file that is not text in UTF-8.
  let foreignFormat: ForeignFormat?
  private let storage: Storage
  /// The number of bytes that are left out at the start.
  private let start: Int
  /// Nil before the scan, and once the file has changed.
  private let state = Mutex<State?>(nil)
  /// The number of comparisons after which a file that is touched again and again counts as changed.
  private static let comparisonLimit = 100

  /// Opens the source; a source that cannot be read twice is read to its end.
  ///
  /// - Parameter separator: The separator of records that is left out at the start of the text; nil if there is none.
  init(_ source: TextSource, separator: RecordSeparator? = nil) throws(CorpusError) {
    path = source.path
    let storage = try Self.makeStorage(of: source)
    let sample = try storage.sample(at: 0)
    // Bytes that a program has in memory are what it takes them for.
    foreignFormat = if case .bytes = source { nil } else { ForeignFormat(startOf: sample) }
    var start = sample.starts(with: Self.byteOrderMark) ? Self.byteOrderMark.count : 0
    while let separator {
      let sample = try storage.sample(at: start)
      let isFinal = start + sample.count == storage.byteCount
      let length = sample.withUnsafeBytes { separator.leadingByteCount(in: $0, isFinal: isFinal) }
      guard length > 0 else { break }
      start += length
    }
    byteCount = storage.byteCount - start
    self.start = start
    self.storage = storage
  }

  private static func makeStorage(of source: TextSource) throws(CorpusError) -> Storage {
    if case .bytes(let bytes) = source { return .memory(HeldBytes(bytes)) }
    let path = source.path
    let (descriptor, status) = try source.open()
    var isHandedOn = source == .standardInput
    defer { if !isHandedOn { descriptor.close() } }
    // Files that the kernel generates on the fly report a size of zero.
    guard status.kind == .regular, status.byteCount > 0 else {
      return .memory(try HeldBytes(readingFrom: descriptor, path: path))
    }
    guard source != .standardInput else { return .file(try SourceFile(standardInput: path, status)) }
    isHandedOn = true
    return .file(SourceFile(path: path, descriptor, status))
  }

  /// Returns the offset in the file of a position in the text.
  func fileOffset(of position: Int) -> Int { position + start }

  /// Fills `buffer` with the bytes of text from `position` on, all of which must be before `byteCount`.
  ///
  /// - Throws: `CorpusError.readFailed`, or `.changed` if the text is no longer that of the scan.
  func read(at position: Int, into buffer: UnsafeMutableRawBufferPointer) throws(CorpusError) {
    if try storage.read(at: fileOffset(of: position), into: buffer) { return }
    let before = state.withLock { state in
      defer { if state != nil { state = .compared(isTouchedAgain: true) } }
      return state
    }
    switch before {
    case .scanned(let text):
      var isSame = false
      defer {
        if !isSame { storage.expectChange() }
        state.withLock { $0 = isSame ? .scanned(text) : nil }
      }
      isSame = try compare(with: text)
      guard isSame else { throw .changed(path: path) }
    // The comparison that is under way begins again.
    case .compared: return
    case nil:
      storage.expectChange()
      throw .changed(path: path)
    }
  }

  /// Remembers what the scan has found.
  func remember(_ text: ScannedText) { state.withLock { $0 = .scanned(text) } }

  /// Reads the whole file, again if it is touched meanwhile, and returns whether it has the text.
  private func compare(with text: ScannedText) throws(CorpusError) -> Bool {
    for _ in 0..<Self.comparisonLimit {
      state.withLock { $0 = .compared(isTouchedAgain: false) }
      guard try has(text) else { return false }
      if case .compared(isTouchedAgain: false) = state.withLock({ $0 }) { return true }
    }
    return false
  }

  private func has(_ text: ScannedText) throws(CorpusError) -> Bool {
    var checksum = text.before
    var window = SourceWindow(
      source: self, position: 0, size: Corpus.BufferSizes().scan, for: TextSegmenter(unit: .byte),
      dropsCarriageReturns: text.dropsCarriageReturns)
    while !window.isAtEnd {
      let count = try window.refill()
      window.withBytes { checksum.update($0) }
      window.consume(count)
    }
    return checksum.value == text.value
  }

  private static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]

  /// Counts the malformed sequences from a position on, up to a limit.
  func malformedCount(from position: Int, limit: Int) throws(CorpusError) -> Int {
    let segmenter = TextSegmenter(unit: .character)
    var window = SourceWindow(
      source: self, position: position, size: Corpus.BufferSizes().scan, for: segmenter)
    var count = 0
    while !window.isAtEnd, count < limit {
      let isFinal = window.isFinal
      let result = window.withBytes { segmenter.forEachUnit(in: $0, limit: .max, isFinal: isFinal) { _ in } }
      window.consume(result.byteCount)
      if case .malformed(let offset) = result.stop {
        count += 1
        window.repair(at: offset - result.byteCount, with: [])
      } else if !window.isAtEnd {
        try window.refill()
      }
    }
    return count
  }
}
