internal import RecurrentEngine

#if canImport(FoundationEssentials)
internal import FoundationEssentials
#else
internal import Foundation
#endif

/// Small checkpoints of every cell, text unit and number format.
enum CheckpointSeeds {
  static func all() throws -> [[UInt8]] {
    let vocabularies = [
      try Vocabulary(unit: .character, entries: ["\n", "a", "é"].map { Array($0.utf8) }),
      try Vocabulary(unit: .byte, entries: [[0x0A], [0xFF]]),
      try Vocabulary(unit: .grapheme, entries: ["a", "e\u{301}", "👨‍👩‍👧"].map { Array($0.utf8) }),
    ]
    var seeds: [[UInt8]] = []
    for (index, cell) in RecurrentCell.allCases.enumerated() {
      seeds.append(try file(of: cell, vocabulary: vocabularies[index % vocabularies.count]))
    }
    for embedding in [Embedding(size: 3), Embedding(size: 2, isTied: true)] {
      seeds.append(try file(of: .rnn(), embedding: embedding, vocabulary: vocabularies[0]))
    }
    seeds.append(try file(of: .lstm(), normalization: .layer, vocabulary: vocabularies[0]))
    for connection in [Connection.leaky(0.5), .gated] {
      seeds.append(try file(of: .rnn(), connection: connection, vocabulary: vocabularies[0]))
    }
    let compact: [(RecurrentCell, WeightFormat)] = [
      (.lstm(), .int8), (.gru(reset: .after), .int8), (.rnn(), .bfloat16),
    ]
    for (cell, weights) in compact {
      seeds.append(try file(of: cell, connection: .highway, vocabulary: vocabularies[0], weights: weights))
    }
    // Without a checksum, changed files reach more of the parser.
    let unchecked = seeds.map { bytes in
      var bytes = bytes
      if let name = bytes.firstRange(of: Array("crc32c".utf8)) { bytes[name.lowerBound] = UInt8(ascii: "C") }
      return bytes
    }
    return try seeds + resumable() + unchecked
  }

  /// The corpus of the runs in ``resumable()`` with a separator of records.
  static func corpus(records: RecordSeparator?) throws -> Corpus {
    try Corpus(sources: [.text((0..<30).map { "a line of \($0 * $0)\n" }.joined())], records: records)
  }

  /// Small checkpoints with training state.
  private static func resumable() throws -> [[UInt8]] {
    var (interleaved, lines) = (TextDivision(), TextDivision())
    interleaved.split = .interleaved
    lines.records = .newline
    let runs: [(OptimizerConfiguration.Kind, TextDivision)] = [
      (.adam, TextDivision()), (.rmsprop, interleaved), (.sgd, lines),
    ]
    return try runs.map { optimizer, division in
      let configuration = TrainingConfiguration(
        hiddenSize: 2, layerCount: 1, batchSize: 2, chunkLength: 4, optimizer: .init(kind: optimizer),
        averageDecay: optimizer == .sgd ? 0.9 : nil, division: division)
      let trainer = try Trainer(corpus: corpus(records: division.records), configuration: configuration, threadCount: 1)
      for _ in 0..<2 { try trainer.advance() }
      try trainer.validate()
      try trainer.advance()
      return try bytes { path in try trainer.save(to: path) }
    }
  }

  private static func file(
    of cell: RecurrentCell, embedding: Embedding? = nil, normalization: Normalization? = nil,
    connection: Connection = .plain, vocabulary: Vocabulary, weights: WeightFormat = .float32
  ) throws -> [UInt8] {
    let training = TrainingConfiguration(
      cell: cell, hiddenSize: 2, layerCount: 2, embedding: embedding, normalization: normalization,
      connection: connection, unit: vocabulary.unit)
    let checkpoint = Checkpoint(
      model: try LanguageModel(
        training.modelConfiguration(vocabularySize: vocabulary.count), vocabulary: vocabulary,
        initialization: training.initialization),
      training: training, progress: .init(step: 3, epoch: 0.5, validationLoss: 1.25), selection: .best,
      startCharacter: 1)
    return try bytes { path in try checkpoint.write(to: path, weights: weights) }
  }

  private static func bytes(writtenBy write: (_ path: String) throws -> Void) throws -> [UInt8] {
    let url = FileManager.default.temporaryDirectory.appending(path: "lstm-fuzz-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: url) }
    try write(url.path)
    return [UInt8](try Data(contentsOf: url))
  }
}
