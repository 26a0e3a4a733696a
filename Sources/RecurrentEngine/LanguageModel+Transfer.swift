internal import KernelTemplates

/// The differences between two vocabularies.
public struct VocabularyMatch: Equatable, Sendable {
  /// The token IDs of entries that only the old vocabulary has.
  public var dropped: [Int32]
  /// The token IDs of entries that only the new vocabulary has.
  public var added: [Int32]
}

extension LanguageModel {
  /// Returns a model for another vocabulary with the weights of this one. Characters are matched by their bytes; the
  /// weights of new characters are initialized at random.
  ///
  /// - Parameter initialization: The initialization of the weights of new characters.
  /// - Throws: `KernelSelectionError` if the environment requests kernels that are not available.
  public func adapted(
    to vocabulary: Vocabulary, initialization: Initialization
  ) throws(KernelSelectionError) -> (model: LanguageModel, match: VocabularyMatch) {
    var adaptedConfiguration = configuration
    adaptedConfiguration.vocabularySize = vocabulary.count
    let adapted = try LanguageModel(adaptedConfiguration, vocabulary: vocabulary, initialization: initialization)
    let oldIDs = vocabulary.entries.map { self.vocabulary.id(of: $0) }
    let kept = Set(oldIDs.compactMap(\.self))
    let (old, new) = (parameters, adapted.parameters)

    for (layer, groups) in zip(layout.layers, adapted.layout.layers).enumerated() {
      for (from, to) in zip(groups.0, groups.1) {
        var pairs = [(from.recurrent, to.recurrent), (from.bias, to.bias)]
        pairs += zip(from.peepholes, to.peepholes)
        let looksUp = !configuration.multipliesInput(ofLayer: layer)
        if !looksUp { pairs.append((from.input, to.input)) }
        if let from = from.normalization, let to = to.normalization { pairs += zip(from.matrices, to.matrices) }
        for (from, to) in pairs { new[to.range].copy(from: old[from.range]) }
        guard looksUp else { continue }
        for (id, oldID) in oldIDs.enumerated() {
          guard let oldID else { continue }
          for gate in 0..<from.input.blocks.gates {
            for unit in 0..<configuration.hiddenSize {
              new[to.input.index(row: id, gate: gate, unit: unit)] =
                old[from.input.index(row: Int(oldID), gate: gate, unit: unit)]
            }
          }
        }
      }
    }
    for case (let from?, let to?) in zip(layout.connections, adapted.layout.connections) {
      for (from, to) in [(from.weight, to.weight), (from.bias, to.bias)] {
        new[to.range].copy(from: old[from.range])
      }
    }
    for (from, to) in zip(layout.matricesOfCharacters, adapted.layout.matricesOfCharacters) {
      for (id, oldID) in oldIDs.enumerated() {
        guard let oldID else { continue }
        for row in 0..<from.rowCount {
          new[to.index(row: row, gate: 0, unit: id)] = old[from.index(row: row, gate: 0, unit: Int(oldID))]
        }
      }
    }
    return (
      adapted,
      VocabularyMatch(
        dropped: (0..<Int32(self.vocabulary.count)).filter { !kept.contains($0) },
        added: oldIDs.indices.filter { oldIDs[$0] == nil }.map { Int32($0) })
    )
  }
}

extension ParameterLayout.Normalization {
  fileprivate var matrices: [ParameterLayout.Matrix] {
    [inputGain, recurrentGain] + [cellGain, cellBias].compactMap(\.self)
  }
}

extension ParameterLayout {
  /// The matrices with a column for each character.
  fileprivate var matricesOfCharacters: [Matrix] { (embedding.map { [$0] } ?? []) + [decoderWeight, decoderBias] }
}
