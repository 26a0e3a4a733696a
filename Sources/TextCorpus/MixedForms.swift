/// A character that a text has in both canonical forms.
public struct MixedForms: Equatable, Sendable {
  /// The composed form (NFC).
  public let composed: [UInt8]
  /// The decomposed form (NFD).
  public let decomposed: [UInt8]
}

extension Corpus {
  /// Returns a letter that the text has both composed and decomposed; nil if a sample of the text has none.
  ///
  /// - Throws: `CorpusError.readFailed` or `.changed`.
  public func mixedForms() throws(CorpusError) -> MixedForms? {
    switch vocabulary.unit {
    case .byte: return nil
    case .grapheme:
      var forms: [String: [UInt8]] = [:]
      for entry in vocabulary.entries {
        guard let other = forms.updateValue(entry, forKey: String(decoding: entry, as: UTF8.self)) else { continue }
        let (composed, decomposed) = other.count < entry.count ? (other, entry) : (entry, other)
        return MixedForms(composed: composed, decomposed: decomposed)
      }
      return nil
    case .character: return try mixedFormsOfScalars()
    }
  }

  private func mixedFormsOfScalars() throws(CorpusError) -> MixedForms? {
    let texts = vocabulary.entries.map { String(decoding: $0, as: UTF8.self) }
    let ids = Dictionary(zip(texts, Int32(0)...)) { first, _ in first }
    // A pair of token IDs that makes the same letter as one, by the letter and the mark.
    var composed: [[Int32]: Int32] = [:]
    let isMark = texts.map(\.isCombiningMark)
    for (mark, markText) in zip(Int32(0)..., texts) where isMark[Int(mark)] {
      for (letter, letterText) in zip(Int32(0)..., texts) where letterText.isAccentable {
        composed[[letter, mark]] = ids[letterText + markText]
      }
    }
    guard !composed.isEmpty else { return nil }
    let (sample, _) = CorpusPart.characters([0..<characterCount]).sample(upTo: 1 << 20)
    var found: MixedForms?
    try forEachPiece(of: sample) { characters, _ in
      for (letter, mark) in zip(characters, characters.dropFirst()) where isMark[Int(mark)] {
        guard let id = composed[[letter, mark]] else { continue }
        let bytes = vocabulary.bytes(of: letter) + vocabulary.bytes(of: mark)
        found = MixedForms(composed: vocabulary.bytes(of: id), decomposed: bytes)
        return false
      }
      return true
    }
    return found
  }
}

extension Corpus {
  /// Returns the text with the nearest characters of the vocabulary in the place of unknown ones, held in memory.
  ///
  /// - Throws: `CorpusError.readFailed` or `.changed`.
  public func withNearestCharacters() throws(CorpusError) -> (corpus: Corpus, replacedCount: Int) {
    guard unknown != nil, vocabulary.unit != .byte else { return (self, 0) }
    var bytes: [UInt8] = []
    var cursor = UnitCursor(self)
    while let unit = try cursor.next() { bytes += unit.bytes }
    let nearest = vocabulary.nearestText(to: String(decoding: bytes, as: UTF8.self))
    let corpus = try Corpus(sources: [.bytes(nearest.text)], vocabulary: vocabulary, leavesOutUnknown: true)
    return (corpus, nearest.replacedCount)
  }
}
