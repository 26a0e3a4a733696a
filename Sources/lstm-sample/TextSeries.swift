internal import RecurrentEngine

/// Texts that are generated in parallel and written in sequence.
///
/// The first text of a group is written as it is generated; the others are buffered until the group ends. The buffer
/// never exceeds one group, and groups of long texts are small.
struct TextSeries {
  private static let largestGroup = 64
  private static let mostHeldBytes = 1 << 28

  private let vocabulary: Vocabulary
  private let delimiters: TextDelimiters
  private let count: Int
  private let length: Int
  private let stop: StopText
  /// Bytes at the start of each text.
  private let echo: [UInt8]
  /// Whether the texts are rows of a table with their probabilities.
  private let showsScores: Bool

  init(_ options: SampleOptions, vocabulary: Vocabulary, stop: StopText = StopText(), echo: [UInt8] = []) {
    self.vocabulary = vocabulary
    delimiters = options.delimiters(after: vocabulary.separator)
    count = options.count
    length = options.textLength
    self.stop = stop
    self.echo = echo
    showsScores = options.showsScores
  }

  /// Number of texts generated in parallel, for the smallest number of groups of nearly equal size.
  var groupSize: Int {
    let longest = vocabulary.entries.reduce(1) { max($0, $1.count) }
    let heldTexts = Self.mostHeldBytes / max(length * longest, 1)
    let largest = min(Self.largestGroup, 1 + heldTexts)
    let groups = (count + largest - 1) / largest
    return (count + groups - 1) / groups
  }

  /// - Parameter generator: A generator at the beginning of the first `groupSize` texts.
  /// - Throws: `OutputError`
  func write(from generator: TextGenerator, to output: inout TextWriter) throws {
    for first in stride(from: 0, to: count, by: generator.batchSize) {
      if first > 0 { generator.begin(firstText: first) }
      try writeGroup(first..<min(first + generator.batchSize, count), from: generator, to: &output)
    }
  }

  private func writeGroup(_ texts: Range<Int>, from generator: TextGenerator, to output: inout TextWriter) throws {
    guard !showsScores else { return try writeScores(texts.count, from: generator, to: &output) }
    var held = [[UInt8]](repeating: [], count: texts.count - 1)
    var stops = [StopText](repeating: stop, count: texts.count)
    var openCount = texts.count
    try begin(texts.lowerBound, in: &output)
    for _ in 0..<length where openCount > 0 {
      for (row, character) in generator.advance().prefix(texts.count).enumerated() where !stops[row].isReached {
        if stops[row].append(character) { openCount -= 1 }
        guard character != stop.endMark else { continue }
        let bytes = vocabulary.bytes(of: character)
        if row == 0 { try output.write(bytes) } else { held[row - 1] += bytes }
      }
    }
    try output.write(delimiters.end)
    for (number, text) in zip(texts.dropFirst(), held) {
      try begin(number, in: &output)
      try output.write(text)
      try output.write(delimiters.end)
    }
  }

  private func writeScores(_ count: Int, from generator: TextGenerator, to output: inout TextWriter) throws {
    var held = [[UInt8]](repeating: [], count: count)
    var scores = [Double](repeating: 0, count: count)
    var stops = [StopText](repeating: stop, count: count)
    for _ in 0..<length where !stops.allSatisfy(\.isReached) {
      let characters = generator.advance()
      let logProbabilities = generator.logProbabilities
      for row in 0..<count where !stops[row].isReached {
        scores[row] += logProbabilities[row]
        _ = stops[row].append(characters[row])
        if characters[row] != stop.endMark { held[row] += vocabulary.bytes(of: characters[row]) }
      }
    }
    for (text, score) in zip(held, scores) { try output.write(ScoredText.row(text, score, echo: echo)) }
  }

  private func begin(_ number: Int, in output: inout TextWriter) throws {
    if number > 0 { try output.write(delimiters.separator) }
    try output.write(echo)
  }
}
