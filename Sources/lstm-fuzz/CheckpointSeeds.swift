internal import RecurrentEngine

#if canImport(FoundationEssentials)
  internal import FoundationEssentials
#else
  internal import Foundation
#endif

/// Small checkpoints of every cell and unit.
enum CheckpointSeeds {
  static func all() throws -> [[UInt8]] {
    let vocabularies = [
      try Vocabulary(unit: .character, entries: ["\n", "a", "é"].map { Array($0.utf8) }),
      try Vocabulary(unit: .byte, entries: [[0x0A], [0xFF]]),
      try Vocabulary(unit: .grapheme, entries: ["a", "e\u{301}", "👨‍👩‍👧"].map { Array($0.utf8) }),
    ]
    var seeds: [[UInt8]] = []
    for (index, cell) in CellKind.allCases.enumerated() {
      seeds.append(try file(of: cell, vocabulary: vocabularies[index % vocabularies.count]))
    }
    // Without a checksum more is looked at.
    let unchecked = seeds.map { bytes in
      var bytes = bytes
      if let name = bytes.firstRange(of: Array("crc32c".utf8)) { bytes[name.lowerBound] = UInt8(ascii: "C") }
      return bytes
    }
    return seeds + unchecked
  }

  private static func file(of cell: CellKind, vocabulary: Vocabulary) throws -> [UInt8] {
    let training = TrainingConfiguration(cell: cell, hiddenSize: 2, layerCount: 2, unit: vocabulary.unit)
    let checkpoint = Checkpoint(
      model: try LanguageModel(
        cell: cell, hiddenSize: 2, layerCount: 2, vocabulary: vocabulary, initialization: Initialization(seed: 1)),
      training: training, progress: .init(step: 3, epoch: 0.5, validationLoss: 1.25), selection: .best,
      startCharacter: 1)
    let url = FileManager.default.temporaryDirectory.appending(path: "lstm-fuzz-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: url) }
    try checkpoint.write(to: url.path)
    return [UInt8](try Data(contentsOf: url))
  }
}
