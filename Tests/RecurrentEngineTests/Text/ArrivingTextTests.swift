import Testing

@testable import RecurrentEngine
@testable import SystemCalls
@testable import TextCorpus

/// Tests of texts that are read once: their units are those of a corpus.
@Suite struct ArrivingTextTests {
  private struct Unit: Equatable {
    var bytes: [UInt8]
    var offset: Int
    var isKnown: Bool
  }

  private func units(of text: ArrivingText) throws -> [Unit] {
    var units = ArrivedUnits()
    while try text.read(into: &units) {}
    return (0..<units.count).map {
      Unit(
        bytes: Array(units.bytes(ofUnit: $0)), offset: units.offsets[$0],
        isKnown: units.ids[$0] != ArrivedUnits.unknownID)
    }
  }

  @Test(arguments: TextUnit.allCases, [MalformedUTF8Policy.replace, .skip])
  func theUnitsOfACorpus(unit: TextUnit, policy: MalformedUTF8Policy) throws {
    let folder = try TemporaryFolder()
    for sample in Sample.all {
      for (mark, tail) in [([UInt8](), [UInt8]()), ([0xEF, 0xBB, 0xBF], [0xFF]), ([], [0x0D, 0xE2, 0x82])] {
        for middle in [[UInt8](), [0xE2, 0x82, 0x0A], [0x0D, 0xC0, 0x0A], [0x0D, 0x0A]] {
          let bytes = mark + sample.bytes + middle + sample.bytes + tail
          let isWellFormed = String(validating: bytes, as: UTF8.self) != nil
          let path = try folder.write(bytes)
          for records in [nil, RecordSeparator.newline, .nul, .blankLine, RecordSeparator(text: "Second line.")]
          // A malformed sequence that is left out can bring the line feeds of a separator together.
          where isWellFormed || records?.isLine != true {
            let vocabulary = try Corpus(
              sources: [.text("Fist line.\n春の朝e\u{301}산\r\n")], unit: unit, records: records
            ).vocabulary
            let corpus = try Corpus(
              sources: [.file(path)], vocabulary: vocabulary, malformedUTF8: policy, leavesOutUnknown: true)
            var cursor = UnitCursor(corpus)
            var expected: [Unit] = []
            while let unit = try cursor.next() {
              // Separators can share line feeds.
              let bytes = unit.isSeparator ? records?.entry ?? [] : unit.bytes
              expected.append(Unit(bytes: bytes, offset: unit.byteOffset, isKnown: unit.isKnown))
            }
            let text = try ArrivingText(
              .file(path), vocabulary: vocabulary, malformedUTF8: policy, unknown: .skip)
            #expect(try units(of: text) == expected, "\(sample.name) \(middle) \(tail)")
            #expect(text.unknown == corpus.unknown && text.characterCount == corpus.characterCount)
            #expect(text.malformed == corpus.malformed)
          }
        }
      }
    }
  }

  /// Errors are those of a corpus, after the units before them.
  @Test func errors() throws {
    let folder = try TemporaryFolder()
    let vocabulary = try Corpus(sources: [.text("abc\n")]).vocabulary
    for bytes in [
      [0x61, 0x0A, 0x62, 0xFF, 0x61], [0x61, 0x0A, 0x62, 0x7A, 0xFF], [], [0xEF, 0xBB, 0xBF], [0x1F, 0x8B],
    ] {
      let path = try folder.write(bytes.map(UInt8.init))
      let text = try ArrivingText(
        .file(path), vocabulary: vocabulary, malformedUTF8: .error, unknown: .error)
      var read = ArrivedUnits()
      var (failure, expected): (CorpusError?, CorpusError?)
      do throws(CorpusError) { while try text.read(into: &read) {} } catch { failure = error }
      do throws(CorpusError) {
        _ = try Corpus(sources: [.file(path)], vocabulary: vocabulary)
      } catch {
        expected = error
      }
      #expect(failure == expected && failure != nil)
      #expect(read.bytes == (bytes.count == 5 ? [0x61, 0x0A, 0x62] : []))
    }
  }
}
