internal import RecurrentEngine

extension FloatBuffer {
  /// Numbers between −½ and ½, the same each time.
  static func random(count: Int) -> FloatBuffer {
    var random = RandomGenerator(seed: 1)
    let buffer = FloatBuffer(count: count)
    for index in 0..<count { buffer[index] = random.nextUnit() - 0.5 }
    return buffer
  }
}

extension LanguageModel {
  /// A model with random weights whose vocabulary are the ``benchCharacters(count:)``.
  ///
  /// - Throws: `KernelSelectionError`
  static func random(_ configuration: ModelConfiguration, _ initialization: Initialization) throws -> LanguageModel {
    let characters = benchCharacters(count: configuration.vocabularySize)
    return try LanguageModel(
      configuration,
      vocabulary: Vocabulary(unit: .character, entries: characters.map { Array(String($0).utf8) }),
      initialization: initialization)
  }
}

/// So many characters in ascending order: those that can be printed before control characters.
func benchCharacters(count: Int) -> [Unicode.Scalar] {
  let printable = UInt32(0x20)
  let values = [printable..<0x11_0000, 0..<printable].joined()
  return values.lazy.compactMap(Unicode.Scalar.init).prefix(count).sorted()
}

/// Unicode scalars that there are, each of which can be a character of a vocabulary.
let scalarCount = 0x11_0000 - 0x800
