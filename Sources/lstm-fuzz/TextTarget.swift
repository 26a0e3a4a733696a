internal import RecurrentEngine

/// Segmentation of bytes into text units, compared with the standard library's UTF-8 validation, scalars and graphemes.
struct TextTarget: FuzzTarget {
  let seeds = [
    "To be, or not to be: that is the question.\r\n", "Утром шёл дождь,\nпотом и\u{306} снег.", "春の朝、カ\u{3099}ラス𠮷",
    "\u{1112}\u{1161}\u{11AB}한글", "नमस्ते क्षत्रिय", "👩‍👩‍👧‍👦🇩🇪🇫🇷👍🏽❤️ 🏴\u{200D}☠️",
    "\u{301}\r\u{301}\u{0}\u{7F}\u{80}\u{7FF}\u{800}\u{FFFF}\u{10000}",
    "e" + String(repeating: "\u{301}", count: 40),
  ].map { Array($0.utf8) }

  let tokens: [[UInt8]] =
    ["\r\n", "\r", "\n", "\u{301}", "\u{200D}", "\u{FE0F}", "🇩🇪", "👍🏽", "한", "\u{1161}", "क्ष", "é", "あ", "😀", "abcdefgh"]
    .map {
      Array($0.utf8)
    } + [[0xC0, 0x80], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xE0, 0x80], [0xF0, 0x9F], [0xFF], [0x80]]

  func check(_ input: [UInt8]) throws(Finding) -> String {
    var outcomes: [String] = []
    for unit in TextUnit.allCases {
      let whole = segment(input, unit: unit, isFinal: true)
      try checkAgainstStandardLibrary(whole, input, unit: unit)
      try checkPieces(whole, input, unit: unit)
      try checkVocabulary(whole, input, unit: unit)
      outcomes.append("\(whole.stop) \(whole.units.count.bitWidth - whole.units.count.leadingZeroBitCount)")
    }
    return outcomes.joined(separator: ", ")
  }

  private struct Segmentation: Equatable {
    var units: [[UInt8]] = []
    var byteCount = 0
    var stop = TextSegmenter.Stop.limit
  }

  private func segment(_ bytes: [UInt8], unit: TextUnit, limit: Int = .max, isFinal: Bool) -> Segmentation {
    bytes.withUnsafeBytes { buffer in
      var position = 0
      var units: [[UInt8]] = []
      let result = TextSegmenter(unit: unit).forEachUnit(in: buffer, limit: limit, isFinal: isFinal) { key in
        let length =
          switch key {
          case .scalar(let code): unit == .byte ? 1 : Unicode.Scalar(code)?.utf8.count ?? 0
          case .cluster(let cluster): cluster.count
          }
        units.append(Array(bytes[position..<position + length]))
        position += length
      }
      return Segmentation(units: units, byteCount: result.byteCount, stop: result.stop)
    }
  }

  private func checkAgainstStandardLibrary(
    _ found: Segmentation, _ input: [UInt8], unit: TextUnit
  ) throws(Finding) {
    let valid = unit == .byte ? input : Array(input.prefix(wellFormedPrefixLength(of: input)))
    var expected: [[UInt8]] =
      switch unit {
      case .byte: valid.map { [$0] }
      case .character: String(decoding: valid, as: UTF8.self).unicodeScalars.map { Array(String($0).utf8) }
      case .grapheme: String(decoding: valid, as: UTF8.self).map { Array($0.utf8) }
      }
    let isMalformed = valid.count < input.count
    var stop = isMalformed ? TextSegmenter.Stop.malformed(byteOffset: valid.count) : .exhausted
    if let tooLong = expected.firstIndex(where: { $0.count > unit.maximumByteCount }) {
      expected.removeSubrange(tooLong...)
      stop = .clusterTooLong
    } else if isMalformed, unit == .grapheme {
      // A replacement of the malformed bytes could extend the last grapheme.
      expected = expected.dropLast()
    }
    try require(found.units == expected, "\(unit): \(found.units) instead of \(expected)")
    try require(found.stop == stop, "\(unit): \(found.stop) instead of \(stop)")
    try require(found.byteCount == expected.reduce(0) { $0 + $1.count }, "\(unit): \(found.byteCount) bytes")
  }

  /// Returns the length of the longest prefix that is well-formed UTF-8, by the standard library.
  private func wellFormedPrefixLength(of bytes: [UInt8]) -> Int {
    if String(validating: bytes, as: UTF8.self) != nil { return bytes.count }
    var decoder = Unicode.UTF8.ForwardParser()
    var iterator = bytes.makeIterator()
    var length = 0
    while case .valid(let scalar) = decoder.parseScalar(from: &iterator) { length += scalar.count }
    return length
  }

  /// Checks that a text in two pieces, or up to a limit of units, has the same boundaries as the whole text.
  private func checkPieces(_ whole: Segmentation, _ input: [UInt8], unit: TextUnit) throws(Finding) {
    for cut in Set([1, input.count / 3, input.count / 2, input.count - 1]) where (0...input.count).contains(cut) {
      let first = segment(Array(input[..<cut]), unit: unit, isFinal: false)
      try require(
        first.units == Array(whole.units.prefix(first.units.count)), "\(unit): a piece of \(cut) bytes is cut otherwise"
      )
      if first.stop == .exhausted {
        var rest = segment(Array(input[first.byteCount...]), unit: unit, isFinal: true)
        if case .malformed(let offset) = rest.stop { rest.stop = .malformed(byteOffset: first.byteCount + offset) }
        try require(
          first.units + rest.units == whole.units && rest.stop == whole.stop, "\(unit): the rest after \(cut) bytes")
      }
    }
    for limit in [0, 1, 2, 9] where limit <= whole.units.count {
      let few = segment(input, unit: unit, limit: limit, isFinal: true)
      try require(few.units == Array(whole.units.prefix(limit)) && few.stop == .limit, "\(unit): the first \(limit)")
    }
    guard whole.stop == .exhausted else { return }
    let skipped = input.withUnsafeBytes { TextSegmenter(unit: unit).skipUnits(in: $0, limit: .max, isFinal: true) }
    try require(
      skipped.unitCount == whole.units.count && skipped.byteCount == input.count, "\(unit): passed \(skipped)")
  }

  /// Checks that a vocabulary of the text's units encodes the text without loss.
  private func checkVocabulary(_ whole: Segmentation, _ input: [UInt8], unit: TextUnit) throws(Finding) {
    guard whole.stop == .exhausted, !input.isEmpty else { return }
    let entries = Set(whole.units).sorted { $0.lexicographicallyPrecedes($1) }
    do {
      let vocabulary = try Vocabulary(unit: unit, entries: entries)
      let written = try vocabulary.encode(input).flatMap(vocabulary.bytes(of:))
      try require(written == input, "\(unit): \(written) was written")
    } catch let error as VocabularyError {
      throw Finding("\(unit): \(error.description)")
    } catch let finding as Finding {
      throw finding
    } catch {
      throw Finding("\(error)")
    }
  }
}
