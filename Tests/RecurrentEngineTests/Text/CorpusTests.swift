import Foundation
import Testing

@testable import RandomNumbers
@testable import RecurrentEngine
@testable import RecurrentModel
@testable import Safetensors
@testable import SystemCalls
@testable import TextCorpus

@Suite struct CorpusTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// Buffers so small that their ends split every unit, and buffers of the default size.
  private static let bufferSizes = [4, 5, 7, 72, 73].map { Corpus.BufferSizes(scan: $0, reader: $0) } + [.init()]

  @Test func aTextInMemoryIsReadAsAFileOfIt() throws {
    let text = "\u{FEFF}" + String(repeating: "rain and 비\n", count: 3)
    let sources: [TextSource] = [.file(try folder.write(text.utf8)), .text(text), .bytes(Array(text.utf8))]
    let corpora = try sources.map { try Corpus(sources: [$0]) }
    #expect(corpora.allSatisfy { $0.fingerprint == corpora[0].fingerprint && $0.characterCount == 33 })
    #expect(throws: CorpusError.malformedUTF8(path: "the given text", byteOffset: 1)) {
      try Corpus(sources: [.bytes([0x61, 0xFF])])
    }
    #expect(throws: CorpusError.empty(paths: ["the given text"])) { try Corpus(sources: [.text("")]) }
  }

  @Test(arguments: Sample.all, TextUnit.allCases)
  func agreesWithTheStandardLibrary(sample: Sample, unit: TextUnit) throws {
    let units = referenceUnits(sample.bytes, unit: unit)
    let occurrences = Dictionary(units.map { ($0, 1) }, uniquingKeysWith: +)
    let path = try folder.write(sample.bytes)
    for sizes in Self.bufferSizes {
      let corpus = try Corpus(sources: [.file(path)], unit: unit, bufferSizes: sizes)
      #expect(corpus.characterCount == units.count)
      #expect(corpus.byteCount == sample.bytes.count)
      #expect(corpus.vocabulary.entries == occurrences.keys.sorted { $0.lexicographicallyPrecedes($1) })
      #expect(corpus.counts == corpus.vocabulary.entries.map { occurrences[$0] })
      #expect(corpus.counts[Int(corpus.commonestID)] == occurrences.values.max())
      for start in 0...units.count {
        #expect(try corpus.units(from: start) == Array(units[start...]))
      }
      #expect(try Vocabulary(unit: unit, entries: corpus.vocabulary.entries) == corpus.vocabulary)
    }
  }

  /// The text is so long that buffers of the default size end within units.
  @Test(arguments: TextUnit.allCases)
  func agreesWithTheStandardLibraryOnLongText(unit: TextUnit) throws {
    let bytes = Array(String(repeating: Sample.all.map(\.text).joined(), count: 350).utf8)
    let units = referenceUnits(bytes, unit: unit)
    try #require(units.count > 65_536)
    let corpus = try Corpus(
      sources: [.file(folder.write(bytes))], unit: unit, bufferSizes: .init(scan: 8_192, reader: 1_024))
    #expect(corpus.characterCount == units.count)
    #expect(try corpus.units(pieceLength: 1_000) == units)
    for start in [1, 65_535, 65_536, 65_537, units.count - 1, units.count] {
      #expect(try corpus.units(from: start, pieceLength: 777) == Array(units[start...]))
    }
  }

  @Test func composedAndDecomposedTextAreDifferent() throws {
    let path = try folder.write("e\u{301}\u{E9}".utf8)
    let graphemes = try Corpus(sources: [.file(path)], unit: .grapheme)
    #expect(graphemes.vocabulary.entries == [[0x65, 0xCC, 0x81], [0xC3, 0xA9]])
    let characters = try Corpus(sources: [.file(path)], unit: .character)
    #expect(characters.vocabulary.entries == [[0x65], [0xC3, 0xA9], [0xCC, 0x81]])
  }

  @Test(arguments: TextUnit.allCases)
  func byteOrderMarkAtTheStartOfEachFileIsDropped(unit: TextUnit) throws {
    let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
    let first = try folder.write(mark + Array("ab".utf8), to: "first")
    let second = try folder.write(mark + Array("c".utf8) + mark, to: "second")
    let corpus = try Corpus(sources: [.file(first), .file(second)], unit: unit)
    #expect(corpus.byteCount == 6)
    #expect(try corpus.units() == referenceUnits(Array("abc\u{FEFF}".utf8), unit: unit))
  }

  @Test(arguments: TextUnit.allCases)
  func severalSourcesAreOneTextButNoUnitCrossesFiles(unit: TextUnit) throws {
    let parts = ["", "one\r", "\n\u{301}two", "", "", "\u{301}🇩", "🇪三", ""].map { Array($0.utf8) }
    let sources = try parts.enumerated().map { index, bytes in
      TextSource.file(try folder.write(bytes, to: "part-\(index)"))
    }
    let units = parts.flatMap { referenceUnits($0, unit: unit) }
    for sizes in Self.bufferSizes {
      let corpus = try Corpus(sources: sources, unit: unit, bufferSizes: sizes)
      #expect(corpus.characterCount == units.count)
      for start in 0...units.count {
        #expect(try corpus.units(from: start, pieceLength: 3) == Array(units[start...]))
      }
    }
  }

  @Test func positionsAreNotedAcrossFiles() throws {
    let parts = [65_536, 1, 65_535, 70_000].map { count in
      Array(String(String.UnicodeScalarView((0..<count).compactMap { Unicode.Scalar(0x3041 + UInt32($0 % 80)) })).utf8)
    }
    let sources = try parts.enumerated().map { TextSource.file(try folder.write($1, to: "part-\($0)")) }
    let corpus = try Corpus(sources: sources, unit: .character)
    let units = parts.flatMap { referenceUnits($0, unit: .character) }
    try #require(corpus.characterCount == units.count)
    for start in [65_535, 65_536, 65_537, 131_071, 131_072, 131_073, 196_608, units.count - 2] {
      let ids = try corpus.makeReader(at: start).read(count: 2)
      #expect(ids.map(corpus.vocabulary.bytes(of:)) == Array(units[start..<start + 2]))
    }
  }

  @Test func manyReadersReadAtOnce() throws {
    let text = String(repeating: Sample.all.map(\.text).joined(), count: 40)
    let corpus = try Corpus(sources: [.file(folder.write(text.utf8))], unit: .character)
    let expected = try corpus.makeReader(at: 0).read(count: corpus.characterCount)
    let outcomes = Outcomes()
    DispatchQueue.concurrentPerform(iterations: 64) { index in
      let start = index * 37
      let ids = try? corpus.makeReader(at: start).read(count: corpus.characterCount - start)
      outcomes.append(ids == Array(expected[start...]))
    }
    #expect(outcomes.values == Array(repeating: true, count: 64))
  }

  @Test func pipeIsHeldInMemory() throws {
    let path = folder.path(of: "pipe")
    try #require(mkfifo(path, 0o600) == 0)
    let bytes = Array(String(repeating: "水と火。\n", count: 20_000).utf8)
    let thread = Thread { try? FileHandle(forWritingTo: URL(filePath: path)).write(contentsOf: Data(bytes)) }
    thread.start()
    let corpus = try Corpus(sources: [.file(path)], unit: .character)
    #expect(corpus.byteCount == bytes.count)
    #expect(
      try corpus.units(from: 70_000, pieceLength: 4_000) == Array(referenceUnits(bytes, unit: .character)[70_000...]))
  }

  @Test func redirectedStandardInputIsReadAsAFile() throws {
    let path = try folder.write("\u{FEFF}from a file\n".utf8)
    let saved = dup(STDIN_FILENO)
    let file = open(path, O_RDONLY)
    try #require(saved >= 0 && file >= 0)
    defer {
      dup2(saved, STDIN_FILENO)
      close(saved)
      close(file)
    }
    dup2(file, STDIN_FILENO)
    let corpus = try Corpus(sources: [.standardInput], unit: .character)
    #expect(try corpus.units().flatMap(\.self) == Array("from a file\n".utf8))
    try folder.write([])
    #expect(throws: CorpusError.changed(path: "standard input")) { try corpus.units() }
  }
}

/// Results of several threads.
private final class Outcomes: @unchecked Sendable {
  private let lock = NSLock()
  private var stored: [Bool] = []

  var values: [Bool] { lock.withLock { stored } }

  func append(_ value: Bool) { lock.withLock { stored.append(value) } }
}
