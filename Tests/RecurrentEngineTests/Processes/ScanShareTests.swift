import Testing

@testable import MessagePassing
@testable import RecurrentEngine
@testable import SystemCalls
@testable import TextCorpus

/// Scans by several processes find what one process finds.
@Suite struct ScanShareTests {
  private static let text = String(repeating: Sample.all.map(\.text).joined(separator: "\n"), count: 3)

  /// Files that parts end in, an empty one among them.
  private static func sources(_ bytes: [UInt8]) -> [TextSource] {
    // Between characters.
    let inside = [bytes.count / 3, bytes.count / 3, bytes.count / 2].map { cut in
      bytes[..<cut].lastIndex { $0 < 0x80 } ?? 0
    }
    let cuts = [0] + inside + [bytes.count]
    return zip(cuts, cuts.dropFirst()).map { .bytes(Array(bytes[$0..<$1])) } + [.text("\u{FEFF}one more\r\nline")]
  }

  private struct Setting: Sendable {
    var unit: TextUnit
    var bytes: [UInt8]
    var malformedUTF8 = MalformedUTF8Policy.error
    var records: RecordSeparator?
    var vocabulary: Vocabulary?

    func corpus(share: ScanShare?) throws(CorpusError) -> Corpus {
      try Corpus(
        sources: sources(bytes),
        vocabulary: vocabulary.map { .given($0, leavesOutUnknown: true) }
          ?? .own(unit, VocabularyRule(), separator: records),
        malformedUTF8: malformedUTF8, bufferSizes: .init(scan: 80, reader: 8), share: share)
    }

    func corpora(processes: Int) throws -> [Corpus] {
      try ThreadProcesses.run(processes) { try corpus(share: $0.share) }
    }
  }

  private func check(_ setting: Setting) throws {
    let alone = try setting.corpus(share: nil)
    let units = try alone.units()
    for count in [2, 3, 8] {
      for corpus in try setting.corpora(processes: count) {
        #expect(corpus.vocabulary == alone.vocabulary)
        #expect(corpus.counts == alone.counts)
        #expect(corpus.fingerprint == alone.fingerprint)
        #expect(corpus.lineEndings == alone.lineEndings)
        #expect(corpus.malformed == alone.malformed)
        #expect(corpus.unknown == alone.unknown)
        #expect(corpus.characterStarts == alone.characterStarts)
        for start in stride(from: 0, through: alone.characterCount, by: 37) {
          #expect(try corpus.units(from: start) == Array(units[start...]))
        }
      }
    }
  }

  @Test(arguments: TextUnit.allCases, [nil, RecordSeparator.newline, .nul, .blankLine])
  func findTheSame(unit: TextUnit, records: RecordSeparator?) throws {
    try check(Setting(unit: unit, bytes: Array(Self.text.utf8), records: records))
  }

  @Test(arguments: [MalformedUTF8Policy.replace, .skip])
  func findTheSameMalformedSequences(policy: MalformedUTF8Policy) throws {
    var bytes = Array(Self.text.utf8)
    for index in stride(from: 100, to: bytes.count, by: 211) { bytes[index] = 0xFF }
    try check(Setting(unit: .character, bytes: bytes, malformedUTF8: policy))
  }

  @Test func leaveTheSameCharactersOut() throws {
    let vocabulary = try Corpus(sources: [.text("First line. 春の朝\n")]).vocabulary
    try check(Setting(unit: .character, bytes: Array(Self.text.utf8), vocabulary: vocabulary))
  }

  /// The first error of the text is that of all processes, with its category.
  @Test func failTogether() throws {
    var bytes = Array(repeating: "some line\n", count: 100).flatMap(\.utf8)
    for index in [455, 855] { bytes[index] = 0xFF }
    let setting = Setting(unit: .character, bytes: bytes)
    let errors = try ThreadProcesses.run(4) { processes in
      do throws(CorpusError) {
        _ = try setting.corpus(share: processes.share)
        return CorpusError?.none
      } catch {
        return error
      }
    }
    let expected = #expect(throws: CorpusError.self) { try setting.corpus(share: nil) }
    #expect(errors.allSatisfy { $0?.kind == .badData })
    // The leader's error is printed.
    let printed = try #require(errors[0])
    let first = try #require(expected)
    #expect(printed == first || printed.problem.hasPrefix(first.problem))
  }

  /// Parts are whole lines, and about equal.
  @Test func partsAreAboutEqual() throws {
    let source = try SourceBytes(.text(String(repeating: "12345678\n", count: 1000)))
    let parts = try (0..<4).map { try ScanPart($0, of: 4, [source], minimumByteCount: 1) }
    #expect(parts.flatMap { $0.pieces.map(\.bytes) } == [0..<2250, 2250..<4500, 4500..<6750, 6750..<9000])
    let few = try (0..<4).map { try ScanPart($0, of: 4, [source], minimumByteCount: 4500) }
    #expect(few.map { $0.pieces.map(\.bytes) } == [[0..<4500], [4500..<9000], [], []])
  }
}

extension ProcessGroup {
  /// The share of this process in the scan of a short text.
  fileprivate var share: ScanShare? {
    ScanShare(index, of: count, minimumByteCount: 1) { (scan) throws(CorpusError) in try gather(scan) }
  }
}
