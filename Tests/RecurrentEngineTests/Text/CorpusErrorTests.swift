import Foundation
import Testing

@testable import RandomNumbers
@testable import RecurrentEngine
@testable import RecurrentModel
@testable import Safetensors
@testable import SystemCalls
@testable import TextCorpus

@Suite struct CorpusErrorTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  static let malformed: [[UInt8]] = [
    [0x80], [0xBF], [0xC0, 0x80], [0xC1, 0xBF], [0xC2], [0xC2, 0x41], [0xE0, 0x9F, 0xBF], [0xE3], [0xE3, 0x81],
    [0xE3, 0x81, 0x41], [0xE3, 0x41, 0x81], [0xED, 0xA0, 0x80], [0xED, 0xBF, 0xBF], [0xF0, 0x8F, 0xBF, 0xBF],
    [0xF0, 0x9F, 0x98], [0xF0, 0x9F, 0x98, 0x41], [0xF4, 0x90, 0x80, 0x80], [0xF5, 0x80, 0x80, 0x80], [0xFE], [0xFF],
  ]

  @Test(arguments: malformed, [TextUnit.character, .grapheme])
  func malformedTextIsRefusedWithItsOffset(bytes: [UInt8], unit: TextUnit) throws {
    for prefix in ["", "a", "ab", "あ", "aあ", "é", "abcあ😀", "\u{FEFF}a", String(repeating: "あ", count: 25)] {
      for suffix in ["", "b", "\u{301}", String(repeating: "あ", count: 40)] {
        let text = Array(prefix.utf8) + bytes + Array(suffix.utf8)
        let path = try folder.write(text)
        for size in [4, 5, 6, 7, 74, 75, 76, 4_096] {
          #expect(throws: CorpusError.malformedUTF8(path: path, byteOffset: prefix.utf8.count)) {
            try Corpus(sources: [.file(path)], unit: unit, bufferSizes: .init(scan: size, reader: size))
          }
        }
      }
    }
  }

  @Test func malformedTextIsNamedByItsOwnFile() throws {
    let good = try folder.write("good\n".utf8, to: "good")
    let bad = try folder.write([0x61, 0xE3, 0x81], to: "bad")
    let next = try folder.write([0x82], to: "next")
    #expect(throws: CorpusError.malformedUTF8(path: bad, byteOffset: 1)) {
      try Corpus(sources: [.file(good), .file(bad), .file(next)], unit: .character)
    }
    let bytes = try Corpus(sources: [.file(good), .file(bad), .file(next)], unit: .byte)
    #expect(bytes.characterCount == 9)
  }

  @Test func longestGraphemeIs64Bytes() throws {
    let longest = "ab" + String(repeating: "\u{301}", count: 31) + "c"  // "b" and 31 marks have 63 bytes
    let path = try folder.write(longest.utf8)
    #expect(try Corpus(sources: [.file(path)], unit: .grapheme).characterCount == 3)

    for markCount in [32, 33, 500] {
      let text = "ab" + String(repeating: "\u{301}", count: markCount) + "c"
      let path = try folder.write(text.utf8)
      for size in [72, 73, 100, 262_144] {
        #expect(throws: CorpusError.graphemeTooLong(path: path, byteOffset: 1)) {
          try Corpus(sources: [.file(path)], unit: .grapheme, bufferSizes: .init(scan: size, reader: size))
        }
      }
      #expect(try Corpus(sources: [.file(path)], unit: .character).characterCount == markCount + 3)
    }
    // "é" and 31 marks have 64 bytes.
    let exact = try folder.write(("é" + String(repeating: "\u{301}", count: 31)).utf8)
    #expect(try Corpus(sources: [.file(exact)], unit: .grapheme).vocabulary.entries.map(\.count) == [64])
  }

  @Test func vocabularyHasALimit() throws {
    // 14 letters with two of 70 marks each: 68,600 clusters of 84 scalars.
    let marks = (0..<70).compactMap { Unicode.Scalar(0x300 + $0) }
    var text = String.UnicodeScalarView()
    for letter in (0..<14).compactMap({ Unicode.Scalar(0x61 + $0) }) {
      for first in marks { for second in marks { text.append(contentsOf: [letter, first, second]) } }
    }
    let path = try folder.write(String(text).utf8)
    #expect(throws: CorpusError.vocabularyTooLarge(unit: .grapheme, limit: 65_536)) {
      try Corpus(sources: [.file(path)], unit: .grapheme)
    }
    #expect(
      try Corpus(sources: [.file(path)], unit: .grapheme, rule: VocabularyRule(maximumCount: 68_600)).vocabulary.count
        == 68_600)
    #expect(throws: CorpusError.vocabularyTooLarge(unit: .grapheme, limit: 68_599)) {
      try Corpus(sources: [.file(path)], unit: .grapheme, rule: VocabularyRule(maximumCount: 68_599))
    }
    #expect(throws: CorpusError.vocabularyTooLarge(unit: .character, limit: 83)) {
      try Corpus(sources: [.file(path)], unit: .character, rule: VocabularyRule(maximumCount: 83))
    }
    #expect(
      try Corpus(sources: [.file(path)], unit: .character, rule: VocabularyRule(maximumCount: 84)).vocabulary.count
        == 84)
    // More than the default limit for graphemes.
    #expect(try Corpus.ascending(count: 70_000, in: folder).vocabulary.count == 70_000)
  }

  @Test func whatCannotBeOpenedIsNamed() throws {
    let missing = folder.path(of: "missing")
    #expect(throws: CorpusError.cannotOpen(path: missing, errno: ENOENT)) {
      try Corpus(sources: [.file(missing)], unit: .byte)
    }
    #expect(throws: CorpusError.isDirectory(path: folder.path)) {
      try Corpus(sources: [.file(folder.path)], unit: .byte)
    }
    let empty = try folder.write([], to: "empty")
    let mark = try folder.write([0xEF, 0xBB, 0xBF], to: "mark")
    #expect(throws: CorpusError.empty(paths: [empty, mark])) {
      try Corpus(sources: [.file(empty), .file(mark)], unit: .character)
    }
    #expect(throws: CorpusError.empty(paths: [])) { try Corpus(sources: [], unit: .character) }
    #if os(Linux)
    #expect(throws: CorpusError.readFailed(path: "/proc/self/mem", errno: EIO)) {
      try Corpus(sources: [.file("/proc/self/mem")], unit: .byte)
    }
    #endif
  }

  /// A change to a file of "ab\n" · 10,000 between the scan and the reading.
  enum Change: CaseIterable {
    case shrunk, emptied, grown, malformed, unknownCharacter, fewerCharacters

    var bytes: [UInt8] {
      let original = Array(String(repeating: "ab\n", count: 10_000).utf8)
      return switch self {
      case .shrunk: Array(original.dropLast())
      case .emptied: []
      case .grown: original + [0x61]
      case .malformed: original.dropLast(3) + [0xFF, 0x61, 0x0A]
      case .unknownCharacter: original.dropLast(3) + [0x63, 0x61, 0x0A]
      case .fewerCharacters: original.dropLast(3) + Array("あ".utf8)
      }
    }
  }

  @Test(arguments: Change.allCases)
  func changedFileIsAnError(change: Change) throws {
    let first = try folder.write(Array(String(repeating: "ab\n", count: 10_000).utf8), to: "first")
    let second = try folder.write("あ".utf8, to: "second")
    let corpus = try Corpus(sources: [.file(first), .file(second)], unit: .character)
    let reader = try corpus.makeReader(at: 0)
    #expect(try reader.read(count: 10).count == 10)
    try folder.write(change.bytes, to: "first")
    #expect(throws: CorpusError.changed(path: first)) { try reader.read(count: 29_991) }
    #expect(throws: CorpusError.changed(path: first)) { try corpus.makeReader(at: 29_990).read(count: 11) }
  }

  @Test func kindsTellInputDataAndReadingApart() {
    #expect(CorpusError.cannotOpen(path: "", errno: ENOENT).kind == .unopenableInput)
    #expect(CorpusError.isDirectory(path: "").kind == .unopenableInput)
    #expect(CorpusError.empty(paths: []).kind == .badData)
    #expect(CorpusError.malformedUTF8(path: "", byteOffset: 0).kind == .badData)
    #expect(CorpusError.graphemeTooLong(path: "", byteOffset: 0).kind == .badData)
    #expect(CorpusError.vocabularyTooLarge(unit: .grapheme, limit: 1).kind == .badData)
    #expect(CorpusError.tooShort(characterCount: 1, streamCount: 1).kind == .badData)
    #expect(CorpusError.readFailed(path: "", errno: EIO).kind == .inputOutput)
    #expect(CorpusError.changed(path: "").kind == .inputOutput)
  }

  @Test func errorsSayWhatWhereAndWhatToDo() {
    #expect(
      "\(CorpusError.malformedUTF8(path: "corpus.txt", byteOffset: 1_234))"
        == "corpus.txt: not valid UTF-8 at byte 1234; convert it")
    #expect(
      "\(CorpusError.cannotOpen(path: "corpus.txt", errno: ENOENT))"
        == "corpus.txt: cannot open (No such file or directory); check the path")
    #expect(
      "\(CorpusError.vocabularyTooLarge(unit: .grapheme, limit: 65_536))"
        == "the text has more than 65536 different graphemes; read it in smaller units")
    #expect(
      "\(CorpusError.tooShort(characterCount: 1_000_000, streamCount: 1_000_000))"
        == "the text to train on has 1000000 characters, too few for 1000000 streams; "
        + "use a longer text")
  }
}
