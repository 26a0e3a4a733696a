import Testing

@testable import RecurrentEngine
@testable import RecurrentModel
@testable import Safetensors
@testable import SystemCalls
@testable import TextCorpus

/// Tests of the unknown symbol, as which rare characters are read, and of vocabularies that keep entries.
@Suite struct UnknownSymbolTests {
  private static let text = "abab\u{E9}abba\u{4E2D}ab\nabx\u{1F600}\u{1F600}ab\n"

  private static func corpus(
    _ rule: VocabularyRule, of text: String = text, unit: TextUnit = .character, records: RecordSeparator? = nil,
    bufferSize: Int = 7
  ) throws -> Corpus {
    var sizes = Corpus.BufferSizes()
    (sizes.scan, sizes.reader) = (bufferSize, bufferSize)
    return try Corpus(sources: [.text(text)], unit: unit, rule: rule, records: records, bufferSizes: sizes)
  }

  private static func bytes(_ entries: String...) -> [[UInt8]] { entries.map { Array($0.utf8) } }

  @Test(arguments: [TextUnit.character, .grapheme])
  func rareCharactersAreFolded(unit: TextUnit) throws {
    let corpus = try Self.corpus(VocabularyRule(minimumOccurrences: 2), unit: unit)
    let vocabulary = corpus.vocabulary
    #expect(vocabulary.entries == Self.bytes("", "\n", "a", "b", "\u{1F600}") && vocabulary.foldedCount == 3)
    #expect(vocabulary.unknownID == 0 && corpus.unknownSymbolCount == 3 && corpus.unknown == nil)
    #expect(corpus.counts == [3, 2, 7, 7, 2] && corpus.characterCount == 21)
    #expect(corpus.readByteCount == Self.text.utf8.count && corpus.byteCount == Self.text.utf8.count)
    #expect(corpus.byteCounts == [2, 1, 1, 1, 4])
    #expect(corpus.commonestID == 2 && corpus.startCharacter == 1)
    let units = Array(Self.text.unicodeScalars)
    for start in 0..<corpus.characterCount {
      var ids = [Int32](repeating: -1, count: corpus.characterCount - start)
      let reader = try corpus.makeReader(at: start)
      try ids.withUnsafeMutableBufferPointer { try reader.read(into: $0) }
      #expect(ids == units[start...].map { vocabulary.id(of: String($0).utf8) ?? 0 })
      #expect(ids == (try vocabulary.encode(String(String.UnicodeScalarView(units[start...])))))
    }
    var cursor = UnitCursor(corpus)
    var bytes: [UInt8] = []
    while let unit = try cursor.next() {
      #expect(unit.isKnown)
      bytes += unit.bytes
    }
    #expect(bytes == Array(Self.text.utf8))
    #expect(vocabulary.text(of: [2, 0, 3]) == "a\u{FFFD}b")

    // A text in this vocabulary may have any other characters.
    let other = try Corpus(sources: [.text("zab\u{E9}\n")], vocabulary: vocabulary)
    #expect(other.counts == [2, 1, 1, 1, 0] && other.unknown == nil && other.readByteCount == 6)
  }

  @Test func nothingIsFoldedInVain() throws {
    let plain = try Self.corpus(VocabularyRule())
    #expect(plain.vocabulary.unknownID == nil && plain.vocabulary.natsOfFolding == 0)
    let frequent = try Self.corpus(VocabularyRule(minimumOccurrences: 2), of: "aabb")
    #expect(frequent.vocabulary.entries == Self.bytes("a", "b"))
    let records = try Self.corpus(
      VocabularyRule(minimumOccurrences: 4), of: "aaaa\n\naaaa", records: .blankLine)
    #expect(records.vocabulary.entries == Self.bytes("\n\n", "a"), "a separator is never folded")
  }

  /// The maximum vocabulary size is that without folded characters.
  @Test func sizesAreCheckedAfterFolding() throws {
    let rule = VocabularyRule(maximumCount: 5, minimumOccurrences: 2)
    #expect(try Self.corpus(rule).vocabulary.count == 5)
    #expect(throws: CorpusError.vocabularyTooLarge(unit: .character, limit: 4)) {
      try Self.corpus(VocabularyRule(maximumCount: 4, minimumOccurrences: 2))
    }
    #expect(throws: CorpusError.vocabularyTooLarge(unit: .character, limit: 5)) {
      try Self.corpus(VocabularyRule(maximumCount: 5))
    }
  }

  @Test func entriesAreKept() throws {
    let old = try Vocabulary(
      unit: .character, entries: Self.bytes("", "\n\n", "c", "x"), separator: .blankLine, foldedCount: 9)
    let corpus = try Self.corpus(VocabularyRule(minimumOccurrences: 2, kept: old))
    #expect(corpus.vocabulary.entries == Self.bytes("", "\n", "a", "b", "c", "x", "\u{1F600}"))
    #expect(corpus.vocabulary.foldedCount == 9 && corpus.counts[4] == 0 && corpus.counts[5] == 1)
    #expect(corpus.unknownSymbolCount == 2)
    // The vocabulary of a resumed run is that of its checkpoint.
    let again = try Self.corpus(VocabularyRule(minimumOccurrences: 2, kept: corpus.vocabulary))
    #expect(again.vocabulary == corpus.vocabulary && again.counts == corpus.counts)
    let records = try Self.corpus(VocabularyRule(kept: old), records: .blankLine)
    #expect(records.vocabulary.entries.count(where: { $0 == Self.bytes("\n\n")[0] }) == 1)
  }

  @Test func invalidVocabularies() {
    let entries = Self.bytes("", "a")
    #expect(throws: VocabularyError.invalidEntry(index: 0, unit: .character)) {
      try Vocabulary(unit: .character, entries: entries)
    }
    #expect(throws: VocabularyError.invalidEntry(index: 0, unit: .character)) {
      try Vocabulary(unit: .character, entries: Self.bytes("a", "b"), foldedCount: 2)
    }
    #expect(throws: VocabularyError.empty) { try Vocabulary(unit: .character, entries: Self.bytes(""), foldedCount: 2) }
  }

  // MARK: Models

  private static func model(_ vocabulary: Vocabulary) throws -> LanguageModel {
    try LanguageModel(
      cell: .lstm(), hiddenSize: 7, layerCount: 1, vocabulary: vocabulary, initialization: Initialization(seed: 3))
  }

  /// Each folded character costs what the unknown symbol costs, and the logarithm of the number of folded kinds.
  @Test func costsOfFoldedCharacters() throws {
    let corpus = try Self.corpus(VocabularyRule(minimumOccurrences: 2))
    let model = try Self.model(corpus.vocabulary)
    let ids = try corpus.vocabulary.encode(Self.text)
    let sampler = Sampler(model, options: SamplingOptions(allowsUnknown: true))
    sampler.read(try #require(corpus.vocabulary.newlineID))
    sampler.read(ids[0])
    var expected: [Double] = []
    for id in ids.dropFirst() {
      let nats = -Mathematics.logarithm(sampler.probabilities()[Int(id)])
      expected.append(nats + (id == 0 ? Mathematics.logarithm(3) : 0))
      sampler.read(id)
    }
    let pass = EvaluationPass(model, corpus: corpus, range: 0..<ids.count, streamCount: 1, threadCount: 1)
    var losses: [Float] = []
    while let chunk = try pass.next() { losses += chunk }
    #expect(losses.count == expected.count)
    for (loss, nats) in zip(losses, expected) { #expect(abs(Double(loss) - nats) < 1e-5) }
    let mean = expected.reduce(0, +) / Double(expected.count)
    #expect(abs(try #require(try model.loss(on: corpus)) - mean) < 1e-5)
    let activations = try ActivationPass(model, corpus: corpus, characterCount: .max)
    _ = try activations.next()
    #expect(abs(Double(try #require(activations.cost(at: 4))) - expected[3]) < 1e-5)
    // The first loss of training is that of the initial model.
    let streams = try TrainingStreams(corpus: corpus, range: 0..<ids.count, batchSize: 1, chunkLength: ids.count - 1)
    let trainer = ChunkTrainer(
      model, optimizer: OptimizerConfiguration(kind: .sgd, learningRate: 0), clip: nil, batchSize: 1,
      chunkLength: ids.count - 1, threadCount: 1)
    var chunk = Chunk()
    try streams.next(into: &chunk)
    let update = trainer.update(chunk)
    #expect(update.lossSum > 3 * Mathematics.logarithm(3) && update.isFinite)
  }

  @Test func theUnknownSymbolIsNotDrawn() throws {
    let corpus = try Self.corpus(VocabularyRule(minimumOccurrences: 2))
    let model = try Self.model(corpus.vocabulary)
    // The unknown symbol would be by far the most likely one.
    model.parameters[model.layout.decoderBias.index(row: 0, gate: 0, unit: 0)] = 20
    for options in [
      SamplingOptions(), SamplingOptions(temperature: 0), SamplingOptions(topK: 1), SamplingOptions(topP: 0.5),
    ] {
      let generator = TextGenerator(model, batchSize: 3, prompt: [1], options: options, seed: 5)
      for _ in 0..<50 { #expect(!generator.advance().contains(0)) }
      let sampler = Sampler(model, options: options)
      sampler.read(1)
      #expect(sampler.probabilities()[0] == 0)
    }
    let search = BeamSearch(model, width: 4, prompt: [1])
    for _ in 0..<20 { #expect(!search.advance().contains(0)) }
    #expect(!search.unsettled.contains(0))
    let allowed = TextGenerator(
      model, batchSize: 1, prompt: [1], options: SamplingOptions(allowsUnknown: true), seed: 5)
    #expect(allowed.advance() == [0])
  }

  @Test(arguments: [TextUnit.character, .byte])
  func checkpoints(unit: TextUnit) throws {
    let corpus = try Self.corpus(VocabularyRule(minimumOccurrences: 2), unit: unit, records: .blankLine)
    let folder = try TemporaryFolder()
    var training = TrainingConfiguration(hiddenSize: 7, layerCount: 1, unit: unit)
    training.division.records = .blankLine
    let checkpoint = Checkpoint(
      model: try Self.model(corpus.vocabulary), training: training,
      progress: .init(step: 1, epoch: 1, validationLoss: nil), selection: .newest,
      startCharacter: corpus.startCharacter)
    let path = folder.path(of: "checkpoint.bin")
    try checkpoint.write(to: path)
    let read = try Checkpoint(path: path)
    #expect(read.model.vocabulary == corpus.vocabulary && read.training == training)
    #expect(read.model.vocabulary.foldedCount > 0 && read.model.vocabulary.endMark == corpus.startCharacter)
  }
}
