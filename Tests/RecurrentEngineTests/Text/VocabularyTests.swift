import Foundation
import Testing

@testable import RandomNumbers
@testable import RecurrentEngine
@testable import RecurrentModel
@testable import Safetensors
@testable import SystemCalls
@testable import TextCorpus

@Suite struct VocabularyTests {
  private func vocabulary(of text: String, unit: TextUnit) throws -> Vocabulary {
    let distinct = Set(referenceUnits(Array(text.utf8), unit: unit))
    return try Vocabulary(unit: unit, entries: distinct.sorted { $0.lexicographicallyPrecedes($1) })
  }

  @Test(arguments: Sample.all, TextUnit.allCases)
  func encodedTextIsTheTextAgain(sample: Sample, unit: TextUnit) throws {
    let vocabulary = try vocabulary(of: sample.text, unit: unit)
    let ids = try vocabulary.encode(sample.bytes)
    #expect(ids.map(vocabulary.bytes(of:)) == referenceUnits(sample.bytes, unit: unit))
  }

  @Test(arguments: Sample.all, TextUnit.allCases)
  func jsonKeepsEveryByte(sample: Sample, unit: TextUnit) throws {
    let vocabulary = try vocabulary(of: sample.text, unit: unit)
    let json = try JSONEncoder().encode(vocabulary.jsonEntries)
    #expect(try read(String(decoding: json, as: UTF8.self), unit: unit) == vocabulary)
  }

  @Test func jsonIsAnArrayOfStringsOrIntegers() throws {
    let characters = try Vocabulary(unit: .character, entries: [[0x0A], [0x61], [0xC3, 0xA9]])
    #expect(String(decoding: try JSONEncoder().encode(characters.jsonEntries), as: UTF8.self) == #"["\n","a","é"]"#)
    let bytes = try Vocabulary(unit: .byte, entries: [[0x0A], [0x61], [0xFF]])
    #expect(String(decoding: try JSONEncoder().encode(bytes.jsonEntries), as: UTF8.self) == "[10,97,255]")
  }

  @Test func jsonOfAnotherKindIsRefused() throws {
    #expect(throws: VocabularyError.empty) { try read("[]", unit: .byte) }
    #expect(throws: VocabularyError.empty) { try read("[]", unit: .grapheme) }
    #expect(throws: VocabularyError.notAscending(index: 1)) { try read("[2,1]", unit: .byte) }
    #expect(throws: VocabularyError.invalidEntry(index: 0, unit: .character)) { try read(#"["ab"]"#, unit: .character) }
    for json in ["[256]", "[-1]", "[1.5]", #"[1,"a"]"#, "{}", "null", "1", "[1", "[1] 2", #"["a"]"#] {
      #expect(throws: CheckpointError.self) { try read(json, unit: .byte) }
    }
    for json in ["[97]", #"["a",1]"#, #"["a"#, #"["\ud800"]"#] {
      #expect(throws: CheckpointError.self) { try read(json, unit: .character) }
    }
    let error = CheckpointError.unsupported(path: "x.bin", .memberCount(part: "vocabulary", limit: 9))
    #expect(throws: error) { try read("[0,1,2,3,4,5,6,7,8,9]", unit: .byte, atMost: 9) }
  }

  private func read(_ json: String, unit: TextUnit, atMost limit: Int = .max) throws -> Vocabulary {
    var scanner = JSONScanner(Array(json.utf8), part: "vocabulary", path: "x.bin")
    return try Vocabulary(unit: unit, entries: Vocabulary.entries(from: &scanner, unit: unit, atMost: limit))
  }

  @Test func entriesAreChecked() throws {
    #expect(throws: VocabularyError.empty) { try Vocabulary(unit: .byte, entries: []) }
    #expect(throws: VocabularyError.notAscending(index: 2)) {
      try Vocabulary(unit: .character, entries: [[0x61], [0x62], [0x62]])
    }
    #expect(throws: VocabularyError.notAscending(index: 1)) {
      try Vocabulary(unit: .character, entries: [[0xC3, 0xA9], [0x62]])
    }
    let notOneUnit: [(TextUnit, [UInt8])] = [
      (.byte, []), (.byte, [0x61, 0x62]), (.character, []), (.character, [0x61, 0x62]), (.character, [0xC3]),
      (.character, [0xED, 0xA0, 0x80]), (.character, [0x65, 0xCC, 0x81]), (.grapheme, [0x61, 0x62]),
      (.grapheme, [0x61, 0xFF]), (.grapheme, [0x61] + Array(String(repeating: "\u{301}", count: 32).utf8)),
    ]
    for (unit, entry) in notOneUnit {
      #expect(throws: VocabularyError.invalidEntry(index: 0, unit: unit)) {
        try Vocabulary(unit: unit, entries: [entry])
      }
    }
    #expect(try Vocabulary(unit: .grapheme, entries: [[0x0D, 0x0A], [0x65, 0xCC, 0x81], [0xC3, 0xA9]]).count == 3)
  }

  @Test func promptOfUnknownSymbolsListsEachOnce() throws {
    let vocabulary = try Vocabulary(unit: .character, entries: [[0x0A], [0x61], [0xC3, 0xA9]])
    #expect(throws: VocabularyError.unknownSymbols([[0x7A], [0x65], [0xCC, 0x81]], unit: .character)) {
      try vocabulary.encode(Array("azze\u{301}éz".utf8))
    }
    #expect(throws: VocabularyError.malformedUTF8(byteOffset: 3)) {
      try vocabulary.encode([0x61, 0xC3, 0xA9, 0xFF, 0x7A])
    }
    #expect(throws: VocabularyError.malformedUTF8(byteOffset: 1)) { try vocabulary.encode([0x61, 0xC3]) }
    #expect(try vocabulary.encode([]) == [])

    let graphemes = try Vocabulary(unit: .grapheme, entries: [[0x61]])
    #expect(throws: VocabularyError.unknownSymbols([[0x65, 0xCC, 0x81], [0xC3, 0xA9]], unit: .grapheme)) {
      try graphemes.encode([0x65, 0xCC, 0x81, 0x61, 0xC3, 0xA9])
    }
    #expect(throws: VocabularyError.graphemeTooLong(byteOffset: 1)) {
      try graphemes.encode(Array(("aa" + String(repeating: "\u{301}", count: 99)).utf8))
    }
  }

  @Test func newlineIsFoundWhereThereIsOne() throws {
    #expect(try Vocabulary(unit: .byte, entries: [[0x09], [0x0A], [0x0B]]).newlineID == 1)
    #expect(try Vocabulary(unit: .byte, entries: [[0x09], [0x0B]]).newlineID == nil)
    #expect(try Vocabulary(unit: .grapheme, entries: [[0x0D, 0x0A], [0x61]]).newlineID == nil)
  }

  @Test(arguments: TextUnit.allCases)
  func stringsBecomeIdsAndIdsStrings(unit: TextUnit) throws {
    let text = "한국 e\u{301} 👩‍👩‍👧\r\nÜ"
    let vocabulary = try Corpus(sources: [.text(text)], unit: unit).vocabulary
    let ids = try vocabulary.encode(text)
    #expect(ids == (try vocabulary.encode(Array(text.utf8))))
    #expect(Array(vocabulary.text(of: ids).utf8) == Array(text.utf8))
    #expect(vocabulary.text(of: []).isEmpty)
  }

  @Test func errorsNameTheSymbols() {
    let symbols: [[UInt8]] = [[0x7A], [0x1B], [0x65, 0xCC, 0x81]]
    #expect(
      "\(VocabularyError.unknownSymbols(symbols, unit: .grapheme))"
        == "not in the model's vocabulary: 'z' (U+007A), U+001B, 'e\u{301}' (U+0065 U+0301); "
        + "use only what the model was trained on")
    #expect("\(VocabularyError.unknownSymbols([[7]], unit: .byte))".contains("vocabulary: 0x07;"))
    let many = VocabularyError.unknownSymbols((0x61...0x6B).map { [$0] }, unit: .character)
    #expect("\(many)".contains("'h' (U+0068) and 3 more;"))
  }
}
