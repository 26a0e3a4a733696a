/// The entries of a vocabulary that replace characters outside of it: the other canonical form of a letter with an
/// accent, plain for typographic punctuation or conversely, and the other case.
struct NearestCharacters {
  /// Token IDs by the text that they make. Strings are equal if they are canonically equivalent.
  private var ids: [String: [Int32]] = [:]

  init(_ vocabulary: Vocabulary) {
    guard vocabulary.unit != .byte else { return }
    for (id, entry) in vocabulary.entries.enumerated() {
      ids[String(decoding: entry, as: UTF8.self)] = [Int32(id)]
    }
    // Of no script, both are many; Vietnamese has eight marks, and up to two of them on a letter.
    let marks = ids.keys.filter(\.isCombiningMark).sorted().prefix(32)
    var letters = ids.filter { $0.key.isAccentable }
    for _ in 0..<(marks.count <= 8 ? 2 : 1) {
      var marked: [String: [Int32]] = [:]
      for (letter, letterIDs) in letters {
        // In canonical order, so that each text is made in one way.
        for mark in marks where letter.lastCombiningClass <= mark.lastCombiningClass {
          marked[letter + mark] = letterIDs + (ids[mark] ?? [])
        }
      }
      // A composed entry is nearer.
      ids.merge(marked) { old, _ in old }
      letters = marked
    }
  }

  /// Returns the token IDs of the nearest characters; nil if there are none.
  subscript(text: String) -> [Int32]? {
    if let exact = ids[text] { return exact }
    let others = (Self.punctuation[text] ?? []) + [text.lowercased(), text.uppercased()]
    return others.lazy.compactMap { other in
      ids[other] ?? (other.unicodeScalars.count > 1 ? idsOfEach(other) : nil)
    }.first
  }

  private func idsOfEach(_ text: String) -> [Int32]? {
    let found = text.map { ids[String($0)] }
    return found.contains { $0 == nil } ? nil : found.flatMap { $0 ?? [] }
  }

  /// The replacements of punctuation, the nearest first.
  private static let punctuation: [String: [String]] = {
    let groups = [
      ["'", "\u{2019}", "\u{2018}", "\u{201A}", "\u{201B}", "\u{2032}", "\u{2BC}", "`", "\u{B4}"],
      ["\"", "\u{201D}", "\u{201C}", "\u{201E}", "\u{201F}", "\u{2033}", "\u{AB}", "\u{BB}"],
      ["-", "\u{2010}", "\u{2011}", "\u{2013}", "\u{2014}", "\u{2212}", "\u{2012}", "\u{2015}"],
      [" ", "\u{A0}", "\u{202F}", "\u{2009}", "\u{2002}", "\u{2003}", "\u{3000}"],
      ["...", "\u{2026}"], ["\n", "\r\n", "\r", "\u{85}", "\u{2028}", "\u{2029}"],
    ]
    let pairs = groups.flatMap { group in group.map { member in (member, group.filter { $0 != member }) } }
    return Dictionary(uniqueKeysWithValues: pairs)
  }()
}

/// A text with the nearest known characters in the place of unknown ones.
struct NearestText {
  var text: [UInt8] = []
  var replacedCount = 0
  /// The byte offsets of each user-perceived character in the old text and in the new one.
  var starts: [(old: Int, new: Int)] = []
}

extension Vocabulary {
  /// Returns a text with the nearest characters in the place of unknown ones, for a unit other than the byte.
  /// Characters without any near one stay.
  ///
  /// - Parameter nearest: The replacements for this vocabulary; nil to find them.
  func nearestText(to text: String, _ nearest: NearestCharacters? = nil) -> NearestText {
    let nearest = nearest ?? NearestCharacters(self)
    var result = NearestText()
    var position = 0
    func append(_ symbol: String) {
      let ids = isKnown(symbol) ? nil : nearest[symbol]
      result.text += ids.map { $0.flatMap(bytes(of:)) } ?? Array(symbol.utf8)
      if ids != nil { result.replacedCount += 1 }
    }
    for character in text {
      let symbol = String(character)
      result.starts.append((position, result.text.count))
      position += symbol.utf8.count
      let isWhole =
        unit == .grapheme
        || (!symbol.unicodeScalars.allSatisfy { isKnown(String($0)) } && nearest[symbol] != nil)
      if isWhole {
        append(symbol)
      } else {
        for scalar in character.unicodeScalars { append(String(scalar)) }
      }
    }
    return result
  }

  private func isKnown(_ symbol: String) -> Bool { id(of: symbol.utf8) != nil }

  /// Returns an explanation for a unit that is not in the vocabulary while a similar one is; nil if there is no similar
  /// one.
  ///
  /// - Parameter symbol: The bytes of a unit that is no entry.
  public func hint(about symbol: [UInt8]) -> String? {
    guard unit != .byte else { return nil }
    let text = String(decoding: symbol, as: UTF8.self)
    let nearest = NearestCharacters(self)
    let isComposed = entries.contains { entry in
      let letter = String(decoding: entry, as: UTF8.self)
      return letter.isAccentable && nearest[letter + text]?.count == 1
    }
    if text.isCombiningMark, isComposed {
      return "the text has decomposed letters (NFD), and the model knows composed ones (NFC)"
    }
    guard let ids = nearest[text] else { return nil }
    let shown = ids.map { unit.name(of: bytes(of: $0)) }.joined(separator: ", ")
    let form = String(decoding: ids.flatMap(bytes(of:)), as: UTF8.self)
    guard form == text else { return "the model knows \(shown)" }
    return ids.count > 1 || form.unicodeScalars.count > text.unicodeScalars.count
      ? "the text has composed letters (NFC), and the model knows decomposed ones (NFD)"
      : "the text has decomposed letters (NFD), and the model knows composed ones (NFC)"
  }
}

extension String {
  var isCombiningMark: Bool {
    unicodeScalars.count == 1 && unicodeScalars.allSatisfy { $0.properties.generalCategory == .nonspacingMark }
  }

  fileprivate var lastCombiningClass: UInt8 {
    unicodeScalars.last?.properties.canonicalCombiningClass.rawValue ?? 0
  }

  /// Whether there may be a composed form of the letter with a mark.
  var isAccentable: Bool {
    unicodeScalars.count == 1 && unicodeScalars.allSatisfy { $0.properties.isAlphabetic && $0.value < 0x3100 }
  }
}
