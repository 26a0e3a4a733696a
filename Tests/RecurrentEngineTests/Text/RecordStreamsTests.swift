import Testing

@testable import RandomNumbers
@testable import RecurrentEngine
@testable import RecurrentModel
@testable import Safetensors
@testable import SystemCalls
@testable import TextCorpus

/// Tests of lines as chunks, with each line a separate sequence.
@Suite struct RecordStreamsTests {
  /// Empty lines, carriage returns, a last line without a line feed, and lines of very different lengths.
  static let texts: [(parts: [String], lines: [String])] = [
    (["ann\nbo\n"], ["ann", "bo"]),
    (["\n\nann\n\n\nbo\ncarla"], ["ann", "bo", "carla"]),
    (["ann\r\nbo\r\n\r\ncar\rla\r\n\r"], ["ann", "bo", "car\rla"]),
    (["ann", "bo\n", "\r\n", "carla\ndo", "\n"], ["ann", "bo", "carla", "do"]),
    (["a\n" + String(repeating: "xyz", count: 60) + "\nbo\n"], ["a", String(repeating: "xyz", count: 60), "bo"]),
    (["강산\n꽃\n\n나무와 숲\n"], ["강산", "꽃", "나무와 숲"]),
    (
      [(0..<200).map { String(repeating: "ab", count: $0 * $0 % 13) + "\n" }.joined()],
      (0..<200).map { String(repeating: "ab", count: $0 * $0 % 13) }.filter { !$0.isEmpty }
    ),
  ]

  private func corpus(_ parts: [String], unit: TextUnit = .character, bufferSize: Int? = nil) throws -> Corpus {
    var sizes = Corpus.BufferSizes()
    if let bufferSize { (sizes.scan, sizes.reader) = (bufferSize, bufferSize) }
    return try Corpus(
      sources: parts.map { .text($0) }, unit: unit, records: .newline, bufferSizes: sizes)
  }

  private func streams(_ corpus: Corpus, batchSize: Int, chunkLength: Int, seed: UInt64 = 1) throws -> TrainingStreams {
    try TrainingStreams(
      corpus: corpus, part: .all(of: corpus), batchSize: batchSize, chunkLength: chunkLength,
      seed: seed)
  }

  /// The lines in the rows of the chunks.
  private struct Reading {
    /// The predicted characters of each line, in the order of the line starts: (row).
    var lines: [[[Int32]]]
    private var isOpen: [Bool]

    init(rowCount: Int) {
      lines = [[[Int32]]](repeating: [], count: rowCount)
      isOpen = [Bool](repeating: false, count: rowCount)
    }

    mutating func add(_ chunk: Chunk, endMark: Int32) throws {
      try #require(chunk.sequenceStarts.count == chunk.inputs.count)
      #expect(chunk.countedCharacters == chunk.targets.count { $0 != Chunk.ignoredTarget })
      for index in chunk.inputs.indices {
        let row = index % chunk.batchSize
        let (input, target) = (chunk.inputs[index], chunk.targets[index])
        guard target != Chunk.ignoredTarget else {
          #expect(!isOpen[row] && !chunk.sequenceStarts[index])
          continue
        }
        #expect(chunk.sequenceStarts[index] == !isOpen[row])
        if !isOpen[row] { lines[row].append([]) }
        let last = lines[row].count - 1
        #expect(input == lines[row][last].last ?? endMark)
        lines[row][last].append(target)
        isOpen[row] = target != endMark
      }
    }

    var hasEnded: Bool { !isOpen.contains(true) }
  }

  @Test(arguments: texts.indices, TextUnit.allCases)
  func everyCharacterAndEveryEndIsPredictedOnceAnEpoch(text: Int, unit: TextUnit) throws {
    let (parts, lines) = Self.texts[text]
    for bufferSize in [nil, unit == .grapheme ? 80 : 5] {
      let corpus = try corpus(parts, unit: unit, bufferSize: bufferSize)
      let endMark = try #require(corpus.vocabulary.newlineID)
      let expected = lines.map { referenceUnits(Array($0.utf8), unit: unit) + [[UInt8(ascii: "\n")]] }
        .map { $0.compactMap(corpus.vocabulary.id(of:)) }.sorted { $0.lexicographicallyPrecedes($1) }
      for (batchSize, chunkLength) in [(1, 1), (1, 7), (2, 3), (2, 1000), (5, 4)] where batchSize <= lines.count {
        let streams = try streams(corpus, batchSize: batchSize, chunkLength: chunkLength)
        #expect(streams.charactersPerEpoch == expected.joined().count)
        for epoch in 0..<3 {
          var reading = Reading(rowCount: batchSize)
          var chunk = Chunk()
          for index in 0..<streams.chunksPerEpoch {
            #expect(streams.position == .init(epoch: epoch, chunk: index))
            try streams.next(into: &chunk)
            #expect(chunk.countedCharacters > 0)
            try reading.add(chunk, endMark: endMark)
          }
          #expect(reading.hasEnded)
          #expect(reading.lines.joined().sorted { $0.lexicographicallyPrecedes($1) } == expected)
          // The loads of two rows differ by at most one line.
          let loads = reading.lines.map { $0.joined().count }
          let longest = expected.map(\.count).max() ?? 0
          #expect((loads.max() ?? 0) - (loads.min() ?? 0) <= longest)
        }
      }
    }
  }

  /// Each character and each end mark is predicted once, both in training on the pieces of a long line and in
  /// evaluation.
  @Test(arguments: [1, 2, 5], [String(repeating: "xyz", count: 3000), String(repeating: "강산a", count: 3000)])
  func aLineThatIsFarTooLongIsCut(batchSize: Int, line: String) throws {
    let corpus = try corpus(["ann\nbo\n" + line + "\ncarla\ndo\n"], bufferSize: 9)
    let endMark = try #require(corpus.vocabulary.newlineID)
    let part = try CorpusPart.all(of: corpus)
    let training = try streams(corpus, batchSize: batchSize, chunkLength: 20)
    let evaluation = try ValidationStreams(corpus: corpus, part: part, chunkLength: 20, streamCount: batchSize)
    #expect((training.cutRecords != nil) == (batchSize > 1))
    #expect(
      training.charactersPerEpoch == corpus.characterCount && evaluation.countedCharacters == corpus.characterCount)
    #expect(training.chunksPerEpoch * 20 * batchSize < corpus.characterCount * 5 / 4)

    var chunk = Chunk()
    for isTraining in [true, false] {
      var counts = [Int](repeating: 0, count: corpus.vocabulary.count)
      var starts: [Int32] = []
      for _ in 0..<(isTraining ? training.chunksPerEpoch : evaluation.chunkCount) {
        let previous = chunk
        if isTraining { try training.next(into: &chunk) } else { _ = try evaluation.next(into: &chunk) }
        for index in chunk.inputs.indices {
          if chunk.sequenceStarts[index] { starts.append(chunk.inputs[index]) }
          guard chunk.targets[index] != Chunk.ignoredTarget else { continue }
          counts[Int(chunk.targets[index])] += 1
          let before = index - batchSize
          let last = before >= 0 ? chunk.targets[before] : previous.targets.suffix(batchSize).dropFirst(index).first
          #expect(chunk.sequenceStarts[index] || chunk.inputs[index] == last || last == Chunk.ignoredTarget)
        }
      }
      #expect(counts == corpus.counts)
      let pieceCount = isTraining ? training.cutRecords?.pieceCount ?? 1 : (batchSize > 1 ? starts.count - 4 : 1)
      #expect(starts.count == 4 + pieceCount && starts.count { $0 == endMark } == 5)
    }
  }

  @Test func everyEpochHasAnotherOrderThatTheSeedDecides() throws {
    let corpus = try corpus([(0..<60).map { "line \($0)\n" }.joined()])
    let endMark = try #require(corpus.vocabulary.newlineID)
    func orders(seed: UInt64) throws -> [[[[Int32]]]] {
      let streams = try streams(corpus, batchSize: 3, chunkLength: 50, seed: seed)
      return try (0..<3).map { _ in
        var reading = Reading(rowCount: 3)
        var chunk = Chunk()
        for _ in 0..<streams.chunksPerEpoch {
          try streams.next(into: &chunk)
          try reading.add(chunk, endMark: endMark)
        }
        return reading.lines
      }
    }
    let first = try orders(seed: 1)
    #expect(try orders(seed: 1) == first)
    #expect(Set(first + (try orders(seed: 2))).count == 6)
  }

  @Test(arguments: [(1, 4), (3, 7), (4, 1), (5, 500)])
  func resumingAtAnyPositionGivesTheSameChunks(batchSize: Int, chunkLength: Int) throws {
    let corpus = try corpus(Self.texts[6].parts)
    try expectSameChunksWhenResuming(startCount: 9) {
      try streams(corpus, batchSize: batchSize, chunkLength: chunkLength)
    }
  }

  @Test func aChunkThatCannotBeReadIsNotSkipped() throws {
    let folder = try TemporaryFolder()
    let text = String(repeating: "a line that stays\n", count: 500)
    let path = try folder.write(text.utf8)
    let corpus = try Corpus(sources: [.file(path)], unit: .character, records: .newline)
    let disturbed = try streams(corpus, batchSize: 4, chunkLength: 100)
    let undisturbed = try streams(corpus, batchSize: 4, chunkLength: 100)
    var (chunk, expected) = (Chunk(), Chunk())
    try disturbed.next(into: &chunk)
    try folder.write(text.utf8.dropLast())
    for _ in 0..<2 {
      #expect(throws: CorpusError.changed(path: path)) { try disturbed.next(into: &chunk) }
      #expect(disturbed.position == .init(epoch: 0, chunk: 1))
    }
    try folder.write(text.utf8)
    try disturbed.next(into: &chunk)
    for _ in 0..<2 { try undisturbed.next(into: &expected) }
    #expect(chunk == expected)
  }

  @Test func measuringGoesOverLinesInTheirOrder() throws {
    let corpus = try corpus(Self.texts[1].parts)
    let endMark = try #require(corpus.vocabulary.newlineID)
    let part = try CorpusPart.all(of: corpus)
    let streams = try ValidationStreams(corpus: corpus, part: part, chunkLength: 4, streamCount: 1)
    #expect(streams.countedCharacters == "ann\nbo\ncarla\n".count)
    for _ in 0..<2 {
      var reading = Reading(rowCount: 1)
      var chunk = Chunk()
      while try streams.next(into: &chunk) { try reading.add(chunk, endMark: endMark) }
      #expect(reading.lines[0].joined().map { corpus.vocabulary.text(of: [$0]) }.joined() == "ann\nbo\ncarla\n")
      streams.restart()
    }
    #expect(try ValidationStreams(corpus: corpus, part: part, chunkLength: 4).batchSize == 3)
  }

  /// The end of a source ends a line, even if no line feed does.
  @Test func sourcesAreLines() throws {
    let corpus = try corpus(["one", "two"])
    #expect(corpus.vocabulary.endMark == 0 && corpus.separatorCount == 0)
    #expect(try streams(corpus, batchSize: 1, chunkLength: 5).charactersPerEpoch == "one\ntwo\n".count)
    let model = try Trainer(corpus: corpus, configuration: TrainingConfiguration(hiddenSize: 4, division: .lines))
    #expect(model.startCharacter == 0)
  }

  /// The text is the same as with line feeds alone, for all buffer sizes.
  @Test(arguments: TextUnit.allCases)
  func carriageReturnsAtTheEndsOfLines(unit: TextUnit) throws {
    let text = "ab\r\n\r\nc\r\rd\r\n\re\rf\u{301}\r\n가\r"
    let plain = "ab\n\nc\r\rd\n\re\rf\u{301}\n가"
    for size in (unit == .grapheme ? 73 : 5)...(unit == .grapheme ? 80 : 30) {
      let corpus = try corpus([text, "g\r\n"], unit: unit, bufferSize: size)
      let expected = try Corpus(sources: [.text(plain), .text("g\n")], unit: unit)
      #expect(corpus.vocabulary.entries == expected.vocabulary.entries && corpus.counts == expected.counts)
      #expect(try corpus.units() == expected.units())
      #expect(corpus.byteCount == text.utf8.count + 3)
      for start in 0..<corpus.characterCount { #expect(try corpus.units(from: start) == expected.units(from: start)) }
    }
  }

  @Test func carriageReturnsAmongBytesThatAreNoText() throws {
    let bytes = Array("a\r\n".utf8) + [0xFF] + Array("b\r\n\r\nc".utf8) + [0xC3, 0x0D, 0x0A] + Array("d\r\n".utf8)
    for size in 5...20 {
      var sizes = Corpus.BufferSizes()
      (sizes.scan, sizes.reader) = (size, size)
      let corpus = try Corpus(
        sources: [.bytes(bytes)], unit: .character, malformedUTF8: .replace, records: .newline,
        bufferSizes: sizes)
      #expect(String(decoding: try corpus.units().joined(), as: UTF8.self) == "a\n\u{FFFD}b\n\nc\u{FFFD}\nd\n")
      #expect(corpus.malformed?.byteOffset == 3 && corpus.malformed?.count == 2)
      var lines: [Int] = []
      try corpus.forEachRecord(in: 0..<corpus.byteCount) { start, count in lines += [start, count] }
      #expect(lines == [0, 1, 3, 2, 9, 2, 13, 1])
    }
  }
}

extension TextDivision {
  static let lines: TextDivision = {
    var division = TextDivision()
    division.records = .newline
    return division
  }()
}
