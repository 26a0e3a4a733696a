internal import RecurrentEngine

extension FloatBuffer {
  /// Returns random numbers between −½ and ½, the same for each call.
  static func random(count: Int) -> FloatBuffer {
    var random = RandomGenerator(seed: 1)
    let buffer = FloatBuffer(count: count)
    for index in 0..<count { buffer[index] = random.nextUnit() - 0.5 }
    return buffer
  }
}

extension LanguageModel {
  /// - Throws: `KernelSelectionError`
  static func random(_ configuration: ModelConfiguration, _ initialization: Initialization) throws -> LanguageModel {
    let characters = benchCharacters(count: configuration.vocabularySize)
    return try LanguageModel(
      configuration,
      vocabulary: Vocabulary(unit: .character, entries: characters.map { Array(String($0).utf8) }),
      initialization: initialization)
  }
}

/// Returns `count` scalars in ascending order, with control characters only if there are no others left.
func benchCharacters(count: Int) -> [Unicode.Scalar] {
  let printable = UInt32(0x20)
  let values = [printable..<0x11_0000, 0..<printable].joined()
  return values.lazy.compactMap(Unicode.Scalar.init).prefix(count).sorted()
}

/// Number of Unicode scalars, each a possible vocabulary entry.
let scalarCount = 0x11_0000 - 0x800
