import Foundation
import Testing

@testable import RandomNumbers
@testable import RecurrentEngine
@testable import RecurrentModel
@testable import Safetensors
@testable import SystemCalls
@testable import TextCorpus

@Suite struct CorpusFingerprintTests {
  let folder: TemporaryFolder
  private let bytes = Array(String(repeating: Sample.all.map(\.text).joined(), count: 3).utf8)

  init() throws { folder = try TemporaryFolder() }

  private func fingerprint(
    _ parts: [[UInt8]], unit: TextUnit = .character, bufferSize: Int = 262_144
  ) throws -> CorpusFingerprint {
    let sources = try parts.enumerated().map { TextSource.file(try folder.write($1, to: "part-\($0)")) }
    return try Corpus(sources: sources, unit: unit, bufferSizes: .init(scan: bufferSize, reader: 4)).fingerprint
  }

  @Test func holdsLengthsAndTheChecksumOfTheBytes() throws {
    let digits = Array("123456789".utf8)
    #expect(
      try fingerprint([digits]) == CorpusFingerprint(byteCount: 9, characterCount: 9, checksum: 0xe306_9283))
    for unit in TextUnit.allCases {
      let found = try fingerprint([bytes], unit: unit)
      #expect(found.byteCount == bytes.count)
      #expect(found.characterCount == referenceUnits(bytes, unit: unit).count)
    }
  }

  @Test(arguments: TextUnit.allCases)
  func doesNotDependOnBuffers(unit: TextUnit) throws {
    let expected = try fingerprint([bytes], unit: unit)
    for size in [1, 4, 5, 7, 72, 73, 1_000] {
      #expect(try fingerprint([bytes], unit: unit, bufferSize: size) == expected)
    }
  }

  @Test func doesNotDependOnTheCutIntoFilesUnlessThatChangesCharacters() throws {
    let text = Array("one\r\ntwo".utf8)
    for unit in TextUnit.allCases {
      let whole = try fingerprint([text], unit: unit)
      #expect(try fingerprint([Array(text[..<2]), [], Array(text[2...])], unit: unit) == whole)
      // Between the carriage return and the line feed.
      let cut = try fingerprint([Array(text[..<4]), Array(text[4...])], unit: unit)
      #expect((cut == whole) == (unit != .grapheme))
      #expect(cut.checksum == whole.checksum)
    }
  }

  @Test func leavesByteOrderMarksOut() throws {
    let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
    let plain = try fingerprint([Array("ab".utf8), Array("c".utf8)])
    #expect(try fingerprint([mark + Array("ab".utf8), mark + Array("c".utf8)]) == plain)
    #expect(try fingerprint([Array("ab".utf8) + mark + Array("c".utf8)]) != plain)
  }

  @Test func everyChangedBitShows() throws {
    let text = Array("only some letters".utf8)
    let original = try fingerprint([text], unit: .byte)
    for index in text.indices {
      for bit in 0..<8 {
        var changed = text
        changed[index] ^= 1 << UInt8(bit)
        #expect(try fingerprint([changed], unit: .byte) != original)
      }
    }
    #expect(try fingerprint([text.reversed()], unit: .byte) != original)
    #expect(try fingerprint([text + [0]], unit: .byte) != original)
  }

  @Test func ofAPipeIsThatOfAFile() throws {
    let expected = try fingerprint([bytes])
    let path = folder.path(of: "pipe")
    try #require(mkfifo(path, 0o600) == 0)
    let bytes = bytes
    Thread { try? FileHandle(forWritingTo: URL(filePath: path)).write(contentsOf: Data(bytes)) }.start()
    #expect(try Corpus(sources: [.file(path)], unit: .character).fingerprint == expected)
  }

  @Test func isKeptByJSON() throws {
    let original = try fingerprint([bytes])
    let data = try JSONEncoder().encode(original)
    #expect(try JSONDecoder().decode(CorpusFingerprint.self, from: data) == original)
  }
}
