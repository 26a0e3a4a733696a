import Testing

@testable import RandomNumbers
@testable import RecurrentEngine
@testable import RecurrentModel
@testable import Safetensors
@testable import SystemCalls
@testable import TextCorpus

/// Tests of segmentation with runs of ASCII, multibyte scalars, limits and the end of the bytes at every distance from
/// each other.
@Suite struct TextSegmenterTests {
  /// Scalars of every length, a pair that is one grapheme, and a combining mark.
  private static let inserts = ["é", "あ", "😀", "éあ😀", "éé", "ああ", "😀😀", "\r\n", "\r", "\u{301}", "🇩🇪"]

  @Test(arguments: TextUnit.allCases)
  func everyDistanceBetweenRunsAndEnds(unit: TextUnit) {
    for insert in Self.inserts {
      for before in 0...17 {
        for after in 0...17 {
          let text = String(repeating: "a", count: before) + insert + String(repeating: "b", count: after)
          let bytes = Array(text.utf8)
          let found = segment(bytes, unit: unit)
          #expect(found.units == referenceUnits(bytes, unit: unit), "\(before) \(insert) \(after)")
          #expect(found.stop == .exhausted)
        }
      }
    }
  }

  @Test(arguments: TextUnit.allCases)
  func everyLimit(unit: TextUnit) {
    for text in ["one, two, three ... twenty", "хлеб и соль, 😀 あいうえお, naïve", Self.inserts.joined()] {
      let bytes = Array(text.utf8)
      let units = referenceUnits(bytes, unit: unit)
      for limit in 0...units.count {
        let found = segment(bytes, unit: unit, limit: limit)
        #expect(found.units == Array(units[..<limit]))
        #expect(found.stop == .limit)
      }
    }
  }

  /// If more bytes follow, only units are returned that those bytes cannot change.
  @Test(arguments: TextUnit.allCases)
  func everyCut(unit: TextUnit) {
    let bytes = Array(("0123456789" + Self.inserts.joined(separator: "abcdefgh") + "0123456789").utf8)
    let units = referenceUnits(bytes, unit: unit)
    for cut in 0...bytes.count {
      let found = segment(Array(bytes[..<cut]), unit: unit, isFinal: false)
      #expect(found.units == Array(units.prefix(found.units.count)))
      #expect(found.stop == .exhausted)
      #expect(cut - found.units.reduce(0) { $0 + $1.count } < TextSegmenter(unit: unit).minimumBufferSize)
    }
  }

  @Test(arguments: CorpusErrorTests.malformed, [TextUnit.character, .grapheme])
  func malformedAtEveryDistance(malformed: [UInt8], unit: TextUnit) {
    for before in 0...17 {
      for after in 0...17 {
        for letters in [("a", "b"), ("é", "б"), ("あ", "い"), ("😀", "😀")] {
          let prefix = Array(String(repeating: letters.0, count: before).utf8)
          let suffix = Array(String(repeating: letters.1, count: after).utf8)
          let found = segment(prefix + malformed + suffix, unit: unit)
          #expect(found.stop == .malformed(byteOffset: prefix.count))
          // The last cluster might continue after the sequence if that is skipped.
          let units = referenceUnits(prefix, unit: unit).dropLast(unit == .grapheme ? 1 : 0)
          #expect(found.units == Array(units), "\(before) \(after)")
        }
      }
    }
  }

  /// The shortcut for graphemes agrees with the standard library for every scalar that takes it.
  @Test func plainScalarsAreSingleGraphemes() {
    let kinds = "a\n\u{FFFD}©éяא\u{640}—「か㊙漢ㄅㄱ한가각Ａ".unicodeScalars
    #expect(kinds.filter { !$0.value.isPlain }.isEmpty)
    var joining: [UInt32] = []
    for value in UInt32(0)...0x10_FFFF where value.isPlain {
      guard let scalar = Unicode.Scalar(value) else { continue }
      var text = String.UnicodeScalarView([scalar])
      for kind in kinds { text.append(contentsOf: [kind, scalar]) }
      text.append(scalar)
      if String(text).count != text.count { joining.append(value) }
    }
    #expect(joining.isEmpty)
  }

  private func segment(
    _ bytes: [UInt8], unit: TextUnit, limit: Int = .max, isFinal: Bool = true
  ) -> (units: [[UInt8]], stop: TextSegmenter.Stop) {
    var units: [[UInt8]] = []
    let result = bytes.withUnsafeBytes { buffer in
      TextSegmenter(unit: unit).forEachUnit(in: buffer, limit: limit, isFinal: isFinal) { key in
        switch key {
        case .scalar(let code) where unit == .byte: units.append([UInt8(code)])
        case .scalar(let code): units.append(Unicode.Scalar(code).map { Array($0.utf8) } ?? [])
        case .cluster(let bytes): units.append(Array(bytes))
        }
      }
    }
    #expect(result.unitCount == units.count)
    #expect(result.byteCount == units.reduce(0) { $0 + $1.count })
    if result.stop == .limit || result.stop == .exhausted {
      let skipped = bytes.withUnsafeBytes {
        TextSegmenter(unit: unit).skipUnits(in: $0, limit: limit, isFinal: isFinal)
      }
      #expect(skipped == result)
    }
    return (units, result.stop)
  }
}
