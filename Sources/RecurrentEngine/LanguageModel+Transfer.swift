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
  /// weights of new characters are initialized by `initialization`.
  ///
  /// - Throws: `KernelSelectionError` if the environment requests kernels that are not available.
  public func adapted(
    to vocabulary: Vocabulary, initialization: Initialization
  ) throws(KernelSelectionError) -> (model: LanguageModel, match: VocabularyMatch) {
    var adaptedConfiguration = configuration
    adaptedConfiguration.vocabularySize = vocabulary.count
    let adapted = try LanguageModel(adaptedConfiguration, vocabulary: vocabulary, initialization: initialization)
    let oldIDs = vocabulary.entries.map { self.vocabulary.id(of: $0) }
    let (from, to) = (layout, adapted.layout)
    let (old, new) = (parameters, adapted.parameters)
    for (from, to) in zip(from.matricesOfAnyVocabulary, to.matricesOfAnyVocabulary) {
      new[to.range].copy(from: old[from.range])
    }
    for case (let id, let oldID?) in oldIDs.enumerated() {
      for (from, to) in zip(from.rowsOfCharacters, to.rowsOfCharacters) {
        for gate in 0..<from.blocks.gates {
          for unit in 0..<configuration.hiddenSize {
            new[to.index(row: id, gate: gate, unit: unit)] = old[from.index(row: Int(oldID), gate: gate, unit: unit)]
          }
        }
      }
      for (from, to) in zip(from.columnsOfCharacters, to.columnsOfCharacters) {
        for row in 0..<from.rowCount {
          new[to.index(row: row, gate: 0, unit: id)] = old[from.index(row: row, gate: 0, unit: Int(oldID))]
        }
      }
    }
    let kept = Set(oldIDs.compactMap(\.self))
    let match = VocabularyMatch(
      dropped: (0..<Int32(self.vocabulary.count)).filter { !kept.contains($0) },
      added: oldIDs.indices.filter { oldIDs[$0] == nil }.map { Int32($0) })
    return (adapted, match)
  }
}

extension ParameterLayout {
  /// The matrices whose size does not depend on the vocabulary.
  fileprivate var matricesOfAnyVocabulary: [Matrix] {
    let ofLayers = layers.enumerated().flatMap { layer, groups in
      groups.flatMap { group -> [Matrix] in
        let input = configuration.multipliesInput(ofLayer: layer) ? [group.input] : []
        let normalization = group.normalization.map { normalization in
          [normalization.inputGain, normalization.recurrentGain]
            + [normalization.cellGain, normalization.cellBias].compactMap(\.self)
        }
        return [group.recurrent, group.bias] + group.peepholes + input + (normalization ?? [])
      }
    }
    return ofLayers + connections.compactMap(\.self).flatMap { [$0.weight, $0.bias] }
  }

  /// The matrices with a row for each character, which layer 0 looks up.
  fileprivate var rowsOfCharacters: [Matrix] {
    configuration.multipliesInput(ofLayer: 0) ? [] : layers[0].map(\.input)
  }

  /// The matrices with a column for each character.
  fileprivate var columnsOfCharacters: [Matrix] { (embedding.map { [$0] } ?? []) + [decoderWeight, decoderBias] }
}
