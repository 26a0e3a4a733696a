import Foundation
import Testing

@testable import RandomNumbers
@testable import RecurrentEngine
@testable import RecurrentModel
@testable import Safetensors
@testable import SystemCalls
@testable import TextCorpus

struct Sample: Sendable, CustomTestStringConvertible {
  let name: String
  let text: String
  var bytes: [UInt8] { Array(text.utf8) }
  var testDescription: String { name }

  static let all = [
    Sample(name: "one letter", text: "a"),
    Sample(name: "English with final newline", text: "First line.\nSecond line.\n"),
    Sample(name: "no final newline", text: "First line.\nSecond line."),
    Sample(name: "CRLF", text: "one\r\ntwo\r\n\r\nthree\rfour\n\r"),
    Sample(name: "Japanese", text: "春の朝、庭の梅が「ひらく」。\n\u{3000}ガラスとカ\u{3099}ラス。\n𠮷野家\n"),
    Sample(name: "Korean, composed", text: "아침에 산길을 걸었다.\n".precomposedStringWithCanonicalMapping),
    Sample(name: "Korean, decomposed", text: "아침에 산길을 걸었다.\n".decomposedStringWithCanonicalMapping),
    Sample(
      name: "Korean, both",
      text: "강산".precomposedStringWithCanonicalMapping + "강산".decomposedStringWithCanonicalMapping),
    Sample(name: "Russian", text: "Утром шёл дождь,\nпотом и\u{306} снег.\n"),
    Sample(name: "Hindi", text: "नमस्ते क्षत्रिय\n"),
    Sample(name: "emoji", text: "👩‍👩‍👧‍👦🇩🇪🇫🇷🇯🇵👍🏽❤️ 🏴\u{200D}☠️\u{200D}\u{200D}a\u{301}\u{302}"),
    Sample(name: "marks without a base", text: "\u{301}\n\u{301}\r\u{301}\u{200D}\u{0}\u{301}"),
    Sample(
      name: "ends of the ranges", text: "\u{0}\u{7F}\u{80}\u{7FF}\u{800}\u{D7FF}\u{E000}\u{FFFF}\u{10000}\u{10FFFF}"),
  ]
}

/// Returns the units of the whole text by the standard library.
func referenceUnits(_ bytes: [UInt8], unit: TextUnit) -> [[UInt8]] {
  let text = String(decoding: bytes, as: UTF8.self)
  return switch unit {
  case .byte: bytes.map { [$0] }
  case .character: text.unicodeScalars.map { Array(String($0).utf8) }
  case .grapheme: text.map { Array($0.utf8) }
  }
}

extension CharacterReader {
  func read(count: Int) throws -> [Int32] {
    var ids = [Int32](repeating: -7, count: count)
    try ids.withUnsafeMutableBufferPointer { try read(into: $0) }
    return ids
  }
}

extension Corpus {
  /// Returns the units from a character on, read a few at a time.
  func units(from start: Int = 0, pieceLength: Int = 5) throws -> [[UInt8]] {
    let reader = try makeReader(at: start)
    var units: [[UInt8]] = []
    while start + units.count < characterCount {
      let count = min(pieceLength, characterCount - start - units.count)
      units += try reader.read(count: count).map(vocabulary.bytes(of:))
    }
    return units
  }

  /// Returns a corpus of different characters in ascending order: every ID equals its index in the text.
  static func ascending(count: Int, in folder: TemporaryFolder) throws -> Corpus {
    let text = String(String.UnicodeScalarView((0..<UInt32(count)).compactMap { Unicode.Scalar(0x1_0000 + $0) }))
    let corpus = try Corpus(sources: [.file(folder.write(text.utf8))], unit: .character)
    try #require(corpus.characterCount == count && corpus.vocabulary.count == count)
    return corpus
  }
}

/// Expects streams that are moved to a position to give the chunks of two epochs from there on.
///
/// - Parameters:
///   - startCount: The approximate number of positions that are tried; nil for all.
///   - make: Makes streams at the start of the first epoch, always the same.
func expectSameChunksWhenResuming(
  startCount: Int? = nil, sourceLocation: SourceLocation = #_sourceLocation, _ make: () throws -> TrainingStreams
) throws {
  let streams = try make()
  var uninterrupted: [(TrainingStreams.Position, Chunk)] = []
  for _ in 0..<2 * streams.chunksPerEpoch {
    var chunk = Chunk()
    let position = streams.position
    try streams.next(into: &chunk)
    uninterrupted.append((position, chunk))
  }
  for start in stride(from: 0, to: uninterrupted.count, by: max(1, uninterrupted.count / (startCount ?? .max))) {
    let resumed = try make()
    #expect(resumed.seek(to: uninterrupted[start].0), sourceLocation: sourceLocation)
    var chunk = Chunk()
    for (position, expected) in uninterrupted[start...] {
      #expect(resumed.position == position, sourceLocation: sourceLocation)
      try resumed.next(into: &chunk)
      #expect(chunk == expected, sourceLocation: sourceLocation)
    }
  }
}
