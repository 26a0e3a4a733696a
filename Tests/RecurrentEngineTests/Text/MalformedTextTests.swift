import Testing

@testable import RandomNumbers
@testable import RecurrentEngine
@testable import RecurrentModel
@testable import Safetensors
@testable import SystemCalls
@testable import TextCorpus

/// Tests of texts that are not UTF-8, with malformed sequences skipped or replaced.
@Suite struct MalformedTextTests {
  static let policies = [MalformedUTF8Policy.replace, .skip]
  static let units = [TextUnit.character, .grapheme]

  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func corpus(
    _ bytes: [UInt8], _ unit: TextUnit, _ policy: MalformedUTF8Policy, bufferSize: Int = 262_144
  ) throws -> Corpus {
    try Corpus(
      sources: [.file(folder.write(bytes))], unit: unit, malformedUTF8: policy,
      bufferSizes: .init(scan: bufferSize, reader: bufferSize))
  }

  /// Lead bytes, and bytes at the bounds of valid continuations, in every combination, with and without a letter
  /// between: overlong forms, surrogates, scalars beyond U+10FFFF, lone continuations, and sequences truncated
  /// anywhere.
  private static let combinations: [UInt8] = {
    let leads = Array(UInt8(0x7F)...0xFF)
    let seconds: [UInt8] = [0x00, 0x41, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0, 0xC3, 0xE3]
    let others: [UInt8] = [0x41, 0x80, 0xBF]
    var bytes: [UInt8] = []
    for lead in leads {
      for second in seconds {
        for third in others {
          bytes += [lead, second, third, 0x61]
          for fourth in others { bytes += [lead, second, third, fourth] }
        }
      }
    }
    return bytes
  }()

  @Test(arguments: units, policies)
  func everyCombinationReadsAsTheStandardLibraryDoes(unit: TextUnit, policy: MalformedUTF8Policy) throws {
    let bytes = Self.combinations
    let expected = mended(bytes, policy)
    let units = referenceUnits(expected.bytes, unit: unit)
    try #require(expected.count > 10_000)
    let corpus = try corpus(bytes, unit, policy, bufferSize: 73)
    #expect(corpus.malformed?.count == expected.count)
    #expect(corpus.malformed?.byteOffset == expected.first)
    #expect(corpus.characterCount == units.count)
    #expect(try corpus.units(pieceLength: 777) == units)
  }

  @Test(
    arguments: [[0x80], [0xC2], [0xE3, 0x81], [0xF0, 0x9F, 0x98], [0xED, 0xA0, 0x80], [0xFF, 0xFF]] as [[UInt8]],
    policies)
  func everyPlaceInTheBuffer(malformed: [UInt8], policy: MalformedUTF8Policy) throws {
    let texts = ["", "a", "あb", "🇩", "e" + String(repeating: "\u{301}", count: 15)].map { Array($0.utf8) }
    for before in texts {
      for after in texts where !(before + after).isEmpty {
        let bytes = before + malformed + after + malformed + malformed
        let expected = mended(bytes, policy)
        for unit in Self.units {
          let units = referenceUnits(expected.bytes, unit: unit)
          for size in [4, 73] {
            let corpus = try corpus(bytes, unit, policy, bufferSize: size)
            #expect(corpus.malformed?.count == expected.count)
            #expect(corpus.malformed?.byteOffset == before.count)
            for start in 0...min(units.count, 5) {
              #expect(try corpus.units(from: start) == Array(units[start...]), "\(bytes) \(unit) \(size) \(start)")
            }
          }
        }
      }
    }
  }

  /// Mostly short runs of well-formed and malformed pieces, long enough for noted positions.
  @Test(arguments: units, policies)
  func readersStartAnywhere(unit: TextUnit, policy: MalformedUTF8Policy) throws {
    let pieces = ["a", "b\r\n", "é", "漢", "😀", "e\u{301}", "\u{301}", "👩‍👩‍👧", "🇩🇪", "각", "plain letters "].map {
      Array($0.utf8)
    }
    let defects = CorpusErrorTests.malformed
    var random = RandomGenerator(seed: 7)
    var bytes: [UInt8] = []
    while bytes.count < 280_000 {
      let choice = Int(random.next() % UInt64(pieces.count + 6))
      bytes += choice < pieces.count ? pieces[choice] : defects[Int(random.next() % UInt64(defects.count))]
    }
    let expected = mended(bytes, policy)
    let units = referenceUnits(expected.bytes, unit: unit)
    try #require(units.count > 65_537)
    let corpus = try corpus(bytes, unit, policy, bufferSize: 72)
    #expect(corpus.malformed?.count == expected.count)
    #expect(corpus.characterCount == units.count)
    #expect(corpus.counts.reduce(0, +) == units.count)
    #expect(try corpus.units(pieceLength: 1_000) == units)
    for start in [65_535, 65_536, 65_537, units.count - 1, units.count] {
      #expect(try corpus.units(from: start, pieceLength: 777) == Array(units[start...]))
    }
    let inLargeBuffers = try self.corpus(bytes, unit, policy)
    #expect(corpus.fingerprint == inLargeBuffers.fingerprint)
    #expect(corpus.fingerprint.byteCount == bytes.count)
  }

  @Test(arguments: policies)
  func firstSequenceIsNamedByItsFile(policy: MalformedUTF8Policy) throws {
    let good = try folder.write("good\n".utf8, to: "good")
    let bad = try folder.write([0xEF, 0xBB, 0xBF, 0x61, 0xE3, 0x81], to: "bad")
    let next = try folder.write([0x82, 0xFF, 0x62], to: "next")
    let sources = [TextSource.file(good), .file(bad), .file(next)]
    let corpus = try Corpus(sources: sources, unit: .character, malformedUTF8: policy)
    // A sequence that is truncated at the end of a file is not completed by the next file.
    #expect(corpus.malformed == MalformedSequences(count: 3, path: bad, byteOffset: 4))
    let text = policy == .skip ? "good\nab" : "good\na\u{FFFD}\u{FFFD}\u{FFFD}b"
    #expect(try corpus.units() == referenceUnits(Array(text.utf8), unit: .character))

    let bytes = try Corpus(sources: sources, unit: .byte, malformedUTF8: policy)
    #expect(bytes.malformed == nil)
    #expect(bytes.characterCount == 11)
  }

  @Test func wellFormedTextIsNotTouched() throws {
    for sample in Sample.all {
      for policy in Self.policies {
        let corpus = try corpus(sample.bytes, .character, policy)
        #expect(corpus.malformed == nil)
        #expect(try corpus.units() == referenceUnits(sample.bytes, unit: .character))
      }
    }
  }

  @Test func nothingLeftIsNoText() throws {
    let path = try folder.write([0xEF, 0xBB, 0xBF, 0xFF, 0xFE])
    #expect(throws: CorpusError.malformedUTF8(path: path, byteOffset: 3)) {
      try Corpus(sources: [.file(path)], unit: .character, malformedUTF8: .skip)
    }
    #expect(try Corpus(sources: [.file(path)], unit: .character, malformedUTF8: .replace).characterCount == 2)
  }

  @Test func changedFileIsAnErrorHereToo() throws {
    let path = try folder.write([0x61, 0xFF, 0x62, 0x63])
    for changed in [[0x61, 0xFF, 0xFF, 0x63], [0x61, 0x7A, 0x62, 0x63], [0x61, 0xFF, 0x62]] as [[UInt8]] {
      try folder.write([0x61, 0xFF, 0x62, 0x63])
      let corpus = try Corpus(sources: [.file(path)], unit: .character, malformedUTF8: .skip)
      let reader = try corpus.makeReader(at: 0)
      try folder.write(changed)
      #expect(throws: CorpusError.changed(path: path)) { try reader.read(count: 3) }
    }
  }
}

/// Returns the text without its malformed sequences, or with U+FFFD for each, as the standard library finds them.
private func mended(_ bytes: [UInt8], _ policy: MalformedUTF8Policy) -> (bytes: [UInt8], count: Int, first: Int?) {
  var parser = Unicode.UTF8.ForwardParser()
  var input = bytes.makeIterator()
  var mended: [UInt8] = []
  var count = 0
  var first: Int?
  var position = 0
  while true {
    switch parser.parseScalar(from: &input) {
    case .valid(let scalar):
      mended += scalar
      position += scalar.count
    case .error(let length):
      first = first ?? position
      count += 1
      position += length
      if policy == .replace { mended += Array("\u{FFFD}".utf8) }
    case .emptyInput:
      return (mended, count, first)
    }
  }
}
