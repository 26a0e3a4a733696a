package import SystemCalls

/// A text that is read once, as it arrives, in the token IDs of a model.
///
/// Memory does not grow with the text. Units are known as soon as their line has come.
package final class ArrivingText {
  /// The malformed UTF-8 sequences so far; nil if there were none.
  package var malformed: MalformedSequences? {
    input.malformed.map { MalformedSequences(count: $0.count, path: path, byteOffset: $0.byteOffset) }
  }
  /// The units so far that are not in the vocabulary; nil if there were none.
  package private(set) var unknown: UnknownUnits?
  /// The number of units so far that are in the vocabulary.
  package private(set) var characterCount = 0
  /// The number of characters so far that were read as the unknown symbol of the vocabulary.
  package private(set) var unknownSymbolCount = 0
  /// The number of characters so far that were replaced by the nearest ones.
  package private(set) var replacedCount = 0

  private static let pieceSize = 1 << 16
  /// The number of bytes of a line beyond which the nearest characters are not sought for whole lines.
  private static let longestHeldLine = 1 << 20
  private static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]

  private let path: String
  private let descriptor: FileDescriptor
  private let closesDescriptor: Bool
  /// The size of a regular file in bytes; nil for other sources.
  private let byteCount: Int?
  private var readByteCount = 0
  private let vocabulary: Vocabulary
  private let idTable: UnitTable<Int32>
  private let segmenter: TextSegmenter
  private let malformedUTF8: MalformedUTF8Policy
  private let policy: UnknownCharacterPolicy
  private lazy var nearest = NearestCharacters(vocabulary)
  private var input: ArrivingBytes
  private var piece = [UInt8](repeating: 0, count: pieceSize)
  private var isAtStart = true
  private var isAtEnd = false
  /// Whether separators of records at the start of the text may follow, which are left out.
  private var skipsSeparators = true
  /// The error after the units that were read before it.
  private var failure: CorpusError?

  /// Opens a source.
  ///
  /// - Parameter source: A file of any kind, or standard input.
  /// - Throws: `CorpusError.cannotOpen`, `.isDirectory` or `.readFailed`.
  package init(
    _ source: TextSource, vocabulary: Vocabulary, malformedUTF8: MalformedUTF8Policy, unknown: UnknownCharacterPolicy
  ) throws(CorpusError) {
    let opened = try source.open()
    path = source.path
    descriptor = opened.descriptor
    closesDescriptor = source != .standardInput
    byteCount = opened.status.kind == .regular ? opened.status.byteCount : nil
    self.vocabulary = vocabulary
    idTable = vocabulary.makeIDTable()
    segmenter = vocabulary.segmenter
    self.malformedUTF8 = malformedUTF8
    policy = unknown
    input = ArrivingBytes(
      unit: vocabulary.unit, malformedUTF8: malformedUTF8,
      dropsCarriageReturns: vocabulary.separator?.endsLines == true || !vocabulary.hasCarriageReturn)
  }

  deinit {
    if closesDescriptor { descriptor.close() }
  }

  /// The fraction of a regular file that was read, from 0 to 1; nil for other sources.
  package var fractionRead: Double? {
    byteCount.map { $0 == 0 ? 1 : min(1, Double(readByteCount) / Double($0)) }
  }

  /// Returns whether ``read(into:)`` need not wait longer than some time.
  package func isReady(within milliseconds: Int32) -> Bool {
    isAtEnd || failure != nil || descriptor.isReady(within: milliseconds)
  }

  /// Waits for more of the text, or until nobody can read `output` any longer.
  ///
  /// - Returns: Whether `output` can be read.
  package func wait(whileRead output: FileDescriptor) -> Bool { descriptor.waitForInput(whileRead: output) }

  /// Appends the next units, of all bytes that have come, to `units`.
  ///
  /// - Returns: False at the end of the text.
  /// - Throws: `CorpusError`. The units before the error were appended by earlier calls.
  package func read(into units: inout ArrivedUnits) throws(CorpusError) -> Bool {
    let count = units.count
    while units.count == count {
      if let failure { throw failure }
      guard !isAtEnd else {
        try checkNotEmpty()
        return false
      }
      try readPiece()
      try cut(into: &units)
    }
    return true
  }

  private func checkNotEmpty() throws(CorpusError) {
    guard characterCount == 0, unknown == nil else { return }
    guard let malformed = input.malformed else { throw .empty(paths: [path]) }
    throw .malformedUTF8(path: path, byteOffset: malformed.byteOffset)
  }

  private func readPiece() throws(CorpusError) {
    var filled = try fill(from: 0)
    guard isAtStart else { return input.append(piece[..<filled], isFinal: isAtEnd) }
    isAtStart = false
    // The mark may come in pieces.
    while filled < Self.byteOrderMark.count, !isAtEnd, Self.byteOrderMark.starts(with: piece[..<filled]) {
      filled += try fill(from: filled)
    }
    let hasMark = piece[..<filled].starts(with: Self.byteOrderMark)
    if hasMark {
      input.skip(Self.byteOrderMark.count)
    } else if vocabulary.unit != .byte, malformedUTF8 == .error,
      let format = ForeignFormat(startOf: piece[..<min(filled, ForeignFormat.sampleSize)])
    {
      throw .foreignFormat(path: path, format)
    }
    input.append(piece[(hasMark ? Self.byteOrderMark.count : 0)..<filled], isFinal: isAtEnd)
  }

  /// Reads what has come into the piece, and returns the number of bytes.
  private func fill(from start: Int) throws(CorpusError) -> Int {
    let result = piece.withUnsafeMutableBytes { [descriptor] buffer in
      Result { () throws(SystemError) in
        try descriptor.readSome(into: UnsafeMutableRawBufferPointer(rebasing: buffer[start...]))
      }
    }
    switch result {
    case .success(let count):
      isAtEnd = count == 0
      readByteCount += count
      return count
    case .failure(let error): throw .readFailed(path: path, errno: error.number)
    }
  }

  /// Cuts the bytes that have come into units.
  private func cut(into units: inout ArrivedUnits) throws(CorpusError) {
    let first = units.count
    guard !skipsSeparators || skipSeparators() else { return }
    // No unit extends beyond a line feed, except for a separator of records.
    let lineEnd = segmenter.separator != nil ? 0 : input.clean.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
    if lineEnd > 0 { cut(lineEnd, isFinal: true, into: &units) }
    let isHeld = policy == .nearest && (segmenter.separator != nil || input.clean.count <= Self.longestHeldLine)
    if !isHeld || isAtEnd {
      cut(input.clean.count, isFinal: isAtEnd, into: &units)
    }
    if failure == nil, let malformed = input.failure {
      failure = .malformedUTF8(path: path, byteOffset: malformed.byteOffset, isRare: malformed.isRare)
    }
    count(from: first, &units)
  }

  /// Leaves out the separators of records at the start of the text.
  ///
  /// - Returns: Whether all of them are known.
  private func skipSeparators() -> Bool {
    if let separator = segmenter.separator {
      input.consume(input.clean.withUnsafeBytes { separator.leadingByteCount(in: $0, isFinal: isAtEnd) })
      let isUnfinished = separator.entry.dropFirst().starts(with: input.clean.prefix(separator.entry.count - 1))
      guard isAtEnd || !isUnfinished else { return false }
    }
    skipsSeparators = false
    return true
  }

  /// The token ID of a unit; that of the unknown symbol, or ``ArrivedUnits/unknownID``, if it is not an entry.
  private func id(of key: UnitKey) -> Int32 {
    let id = idTable[key] - 1
    return id < 0 ? vocabulary.unknownID ?? ArrivedUnits.unknownID : id
  }

  /// Cuts the first bytes into units.
  private func cut(_ byteCount: Int, isFinal: Bool, into units: inout ArrivedUnits) {
    guard failure == nil, byteCount > 0 else { return }
    let first = units.count
    let segmenter = segmenter
    let result = input.withOffsets { offset in
      input.clean.withUnsafeBytes { all in
        let bytes = UnsafeRawBufferPointer(rebasing: all[..<byteCount])
        var position = 0
        return segmenter.forEachUnit(in: bytes, limit: .max, isFinal: isFinal) { key in
          let size = segmenter.size(of: key, at: position, in: bytes, isFinal: isFinal)
          units.append(
            id: id(of: key), offset: offset(position),
            bytes: size.entry ?? Array(bytes[position..<position + size.byteCount]))
          position += size.byteCount
        }
      }
    }
    if case .clusterTooLong = result.stop {
      failure = .graphemeTooLong(path: path, byteOffset: input.withOffsets { $0(result.byteCount) })
    }
    if policy == .nearest { replaceUnknown(from: first, &units) }
    input.consume(result.byteCount)
  }

  /// Counts new units, and drops those from an unknown one on if it is an error.
  private func count(from first: Int, _ units: inout ArrivedUnits) {
    if let unknownID = vocabulary.unknownID { unknownSymbolCount += units.ids[first...].count { $0 == unknownID } }
    for index in first..<units.count where units.ids[index] == ArrivedUnits.unknownID {
      let (offset, symbol) = (units.offsets[index], Array(units.bytes(ofUnit: index)))
      guard policy != .error else {
        failure = .unknownSymbol(path: path, byteOffset: offset, symbol: symbol, unit: vocabulary.unit)
        units.removeLast(units.count - index)
        break
      }
      if unknown == nil { unknown = UnknownUnits(path: path, byteOffset: offset, symbol: symbol) }
      unknown?.count += 1
      unknown?.byteCount += symbol.count
      characterCount -= 1
    }
    characterCount += units.count - first
  }

  /// Replaces unknown characters by the nearest known ones.
  private func replaceUnknown(from first: Int, _ units: inout ArrivedUnits) {
    let unknownID = vocabulary.unknownID ?? ArrivedUnits.unknownID
    guard vocabulary.unit != .byte, units.ids[first...].contains(unknownID) else { return }
    var old = ArrivedUnits()
    for index in first..<units.count { old.append(index, of: units) }
    units.removeLast(old.count)
    let text = vocabulary.nearestText(to: String(decoding: old.bytes, as: UTF8.self), nearest)
    replacedCount += text.replacedCount
    // A unit of the new text has the offset of the character that it comes from.
    var (characters, oldIndex) = (text.starts[...], 0)
    let segmenter = segmenter
    text.text.withUnsafeBytes { bytes in
      var position = 0
      _ = segmenter.forEachUnit(in: bytes, limit: .max, isFinal: true) { key in
        while let next = characters.dropFirst().first, next.new <= position { characters.removeFirst() }
        let start = characters.first?.old ?? 0
        while oldIndex + 1 < old.count, old.end(ofUnit: oldIndex) <= start { oldIndex += 1 }
        let size = segmenter.size(of: key, at: position, in: bytes, isFinal: true)
        units.append(
          id: id(of: key), offset: old.offsets[oldIndex],
          bytes: size.entry ?? Array(bytes[position..<position + size.byteCount]))
        position += size.byteCount
      }
    }
  }
}
