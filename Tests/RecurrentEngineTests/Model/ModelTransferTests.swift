import Testing

@testable import RandomNumbers
@testable import RecurrentEngine
@testable import RecurrentModel
@testable import Safetensors
@testable import SystemCalls
@testable import TextCorpus

/// Tests of the transfer of a model to another vocabulary, which keeps the weights of each known character.
@Suite struct ModelTransferTests {
  private func vocabulary(_ letters: String) throws -> Vocabulary {
    try Vocabulary(unit: .character, entries: letters.unicodeScalars.map { Array(String($0).utf8) })
  }

  private func model(
    _ cell: RecurrentCell, _ variant: Variant, _ letters: String, seed: UInt64
  ) throws -> LanguageModel {
    let vocabulary = try vocabulary(letters)
    return try LanguageModel(
      ModelConfiguration(
        cell: cell, vocabularySize: vocabulary.count, hiddenSize: 21, layerCount: 2,
        embedding: variant.embedding(hidden: 21), normalization: variant.normalization, connection: variant.connection),
      vocabulary: vocabulary, initialization: Initialization(seed: seed))
  }

  private func tensors(_ model: LanguageModel) -> [String: [Float]] {
    Dictionary(uniqueKeysWithValues: model.pyTorchTensors.map { ($0.name, $0.elements) })
  }

  @Test(arguments: RecurrentCell.allCases, Variant.allCases)
  func charactersAreMatchedByValue(cell: RecurrentCell, variant: Variant) throws {
    let (oldLetters, newLetters) = ("acdfgé한", "bcdeghé字")
    let old = try model(cell, variant, oldLetters, seed: 1)
    let fresh = tensors(try model(cell, variant, newLetters, seed: 2))
    let (adapted, match) = try old.adapted(
      to: vocabulary(newLetters), initialization: Initialization(seed: 2))

    #expect(match.dropped.map { old.vocabulary.bytes(of: $0) } == ["a", "f", "한"].map { Array($0.utf8) })
    #expect(match.added.map { adapted.vocabulary.bytes(of: $0) } == ["b", "e", "h", "字"].map { Array($0.utf8) })
    #expect(adapted.vocabulary.count == 8 && adapted.configuration.vocabularySize == 8)

    let (before, after) = (tensors(old), tensors(adapted))
    #expect(Set(before.keys) == Set(after.keys))
    // The weights of a character are a column of the input weights, and a row of all other tensors.
    for (name, elements) in after {
      guard let source = before[name], let random = fresh[name] else { continue }
      let isInput = name == "rnn.weight_ih_l0" && variant.embedding(hidden: 21) == nil
      guard isInput || name.hasPrefix("decoder") || name.hasPrefix("embedding") else {
        #expect(elements == source, "\(name)")
        continue
      }
      func numbers(_ elements: [Float], ofID id: Int, count: Int) -> [Float] {
        isInput
          ? stride(from: id, to: elements.count, by: count).map { elements[$0] }
          : Array(elements[(id * elements.count / count)..<((id + 1) * elements.count / count)])
      }
      for id in 0..<8 {
        let bytes = adapted.vocabulary.bytes(of: Int32(id))
        let expected =
          old.vocabulary.id(of: bytes).map { numbers(source, ofID: Int($0), count: 7) }
          ?? numbers(random, ofID: id, count: 8)
        #expect(numbers(elements, ofID: id, count: 8) == expected, "\(name) of \(id)")
        #expect(!expected.isEmpty)
      }
    }
  }

  @Test(arguments: RecurrentCell.allCases, Variant.allCases)
  func theSameVocabularyIsTheSameModel(cell: RecurrentCell, variant: Variant) throws {
    let old = try model(cell, variant, "abcdef", seed: 3)
    let (adapted, match) = try old.adapted(to: vocabulary("abcdef"), initialization: Initialization(seed: 4))
    #expect(match == VocabularyMatch(dropped: [], added: []))
    #expect(adapted.parameters.elements.map(\.bitPattern) == old.parameters.elements.map(\.bitPattern))
    #expect(adapted !== old)
  }
}
