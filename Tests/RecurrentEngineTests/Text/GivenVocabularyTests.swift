import Foundation
import Testing

@testable import RandomNumbers
@testable import RecurrentEngine
@testable import RecurrentModel
@testable import Safetensors
@testable import SystemCalls
@testable import TextCorpus

/// Tests of texts with the vocabulary of another text.
@Suite struct GivenVocabularyTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private static let bufferSizes = [4, 7, 73].map { Corpus.BufferSizes(scan: $0, reader: $0) } + [.init()]

  /// Returns a vocabulary of every second unit of the text and one that does not occur in it.
  private func someEntries(of units: [[UInt8]], unit: TextUnit) throws -> Vocabulary {
    let all = Set(units).sorted { $0.lexicographicallyPrecedes($1) }
    let half = Set(all.enumerated().filter { $0.offset % 2 == 0 }.map(\.element) + [[0x01]])
    return try Vocabulary(unit: unit, entries: half.sorted { $0.lexicographicallyPrecedes($1) })
  }

  @Test(arguments: Sample.all, TextUnit.allCases)
  func whatIsUnknownIsLeftOut(sample: Sample, unit: TextUnit) throws {
    let units = referenceUnits(sample.bytes, unit: unit)
    let vocabulary = try someEntries(of: units, unit: unit)
    let known = units.filter { vocabulary.id(of: $0) != nil }
    let unknown = units.filter { vocabulary.id(of: $0) == nil }
    let path = try folder.write(sample.bytes)
    for sizes in Self.bufferSizes {
      let corpus = try Corpus(
        sources: [.file(path)], vocabulary: .given(vocabulary, leavesOutUnknown: true), malformedUTF8: .error,
        bufferSizes: sizes)
      #expect(corpus.vocabulary == vocabulary)
      #expect(corpus.characterCount == known.count)
      #expect(corpus.counts == vocabulary.entries.map { entry in known.count { $0 == entry } })
      #expect(corpus.readByteCount == known.joined().count)
      #expect(corpus.unknown?.count == (unknown.isEmpty ? nil : unknown.count))
      #expect(corpus.unknown?.byteCount == (unknown.isEmpty ? nil : unknown.joined().count))
      #expect(corpus.unknown?.symbol == unknown.first)
      for start in 0...known.count { #expect(try corpus.units(from: start) == Array(known[start...])) }

      var cursor = UnitCursor(corpus)
      var offset = 0
      for bytes in units {
        let expected = UnitCursor.Unit(bytes: bytes, byteOffset: offset, isKnown: vocabulary.id(of: bytes) != nil)
        #expect(try cursor.next() == expected)
        if corpus.unknown?.byteOffset == offset { #expect(bytes == unknown.first) }
        offset += bytes.count
      }
      #expect(try cursor.next() == nil)
    }
  }

  /// Readers begin at noted positions, which count known characters only.
  @Test func longText() throws {
    let text = Array(String(repeating: "xabあyc", count: 40_000).utf8)
    let vocabulary = try Vocabulary(unit: .character, entries: ["a", "b", "c", "あ"].map { Array($0.utf8) })
    let corpus = try Corpus(sources: [.file(folder.write(text))], vocabulary: vocabulary, leavesOutUnknown: true)
    #expect(corpus.characterCount == 160_000)
    #expect(corpus.unknown?.count == 80_000)
    let expected = [Int32](repeatElement([0, 1, 3, 2], count: 40_000).joined())
    for start in [0, 1, 65_535, 65_536, 65_537, 131_072, 131_075, 159_999, 160_000] {
      let ids = try corpus.makeReader(at: start).read(count: 160_000 - start)
      let areExpected = ids == Array(expected[start...])
      #expect(areExpected, "from \(start)")
    }
  }

  @Test func severalSources() throws {
    let first = try folder.write("xax".utf8, to: "first")
    let second = try folder.write("xx".utf8, to: "second")
    let third = try folder.write("\u{FEFF}bxa".utf8, to: "third")
    let vocabulary = try Vocabulary(unit: .character, entries: [[0x61], [0x62]])
    let corpus = try Corpus(
      sources: [.file(first), .file(second), .file(third)], vocabulary: vocabulary, leavesOutUnknown: true)
    #expect(try corpus.makeReader(at: 0).read(count: 3) == [0, 1, 0])
    #expect(try corpus.makeReader(at: 2).read(count: 1) == [0])
    var cursor = UnitCursor(corpus)
    var offsets: [Int] = []
    while let unit = try cursor.next() { offsets.append(unit.byteOffset) }
    #expect(offsets == [0, 1, 2, 0, 1, 3, 4, 5])
  }

  @Test(arguments: ["", "a", "aa", "ab" + String(repeating: "あ", count: 50)])
  func whatIsUnknownIsNamed(prefix: String) throws {
    let known = try Vocabulary(unit: .character, entries: ["a", "b", "あ"].map { Array($0.utf8) })
    let path = try folder.write((prefix + "é" + prefix + "z").utf8)
    for sizes in Self.bufferSizes {
      #expect(
        throws: CorpusError.unknownSymbol(
          path: path, byteOffset: prefix.utf8.count, symbol: [0xC3, 0xA9], unit: .character)
      ) {
        try Corpus(
          sources: [.file(path)], vocabulary: .given(known, leavesOutUnknown: false), malformedUTF8: .error,
          bufferSizes: sizes)
      }
    }
  }

  /// Offsets are those in the file, including omitted and replaced bytes.
  @Test(arguments: [MalformedUTF8Policy.replace, .skip])
  func malformedText(policy: MalformedUTF8Policy) throws {
    let bytes: [UInt8] = [0x61, 0xFF, 0xE3, 0x81, 0x61, 0x7A, 0xC2, 0x62]
    let vocabulary = try Vocabulary(unit: .character, entries: ["a", "b", "\u{FFFD}"].map { Array($0.utf8) })
    for sizes in Self.bufferSizes {
      let corpus = try Corpus(
        sources: [.file(folder.write(bytes))], vocabulary: .given(vocabulary, leavesOutUnknown: true),
        malformedUTF8: policy, bufferSizes: sizes)
      #expect(corpus.unknown?.byteOffset == 5)
      var cursor = UnitCursor(corpus)
      var units: [UnitCursor.Unit] = []
      while let unit = try cursor.next() { units.append(unit) }
      #expect(units.map(\.byteOffset) == (policy == .skip ? [0, 4, 5, 7] : [0, 1, 2, 4, 5, 6, 7]))
      #expect(try corpus.units() == units.filter(\.isKnown).map(\.bytes))
    }
  }

  @Test func aTextThatChanges() throws {
    let vocabulary = try Vocabulary(unit: .character, entries: [[0x61], [0x62]])
    let path = try folder.write("abxab".utf8)
    let corpus = try Corpus(sources: [.file(path)], vocabulary: vocabulary, leavesOutUnknown: true)
    try folder.write("abxxx".utf8)
    #expect(throws: CorpusError.changed(path: path)) { try corpus.units() }
  }
}
