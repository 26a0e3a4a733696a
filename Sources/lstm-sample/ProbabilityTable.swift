internal import CommandLineSupport
internal import RecurrentEngine

/// A table with a line for each sampled character: the character, its probability, and the likeliest alternatives.
struct ProbabilityTable {
  private static let alternativeCount = 4

  var sampler: Sampler
  var random: RandomGenerator
  var length: Int
  var stop: StopText

  /// Names of the columns, as a line.
  static var header: [UInt8] {
    let others = (1...alternativeCount).map { "\tother_\($0)\tprobability_\($0)" }
    return Array("character\tprobability\(others.joined())\n".utf8)
  }

  /// - Parameter prompt: Token IDs to read first, without lines in the table.
  /// - Throws: `OutputError`
  mutating func write(after prompt: [Int32], to output: inout TextWriter) throws {
    prompt.forEach(sampler.read)
    for _ in 0..<length {
      let probabilities = sampler.probabilities()
      let character = sampler.draw(using: &random)
      try output.write(line(for: character, probabilities))
      if stop.append(character) { break }
      sampler.read(character)
    }
  }

  private func line(for drawn: Int32, _ probabilities: [Double]) -> [UInt8] {
    let others = probabilities.indices.filter { $0 != Int(drawn) && probabilities[$0] > 0 }
    let likeliest = others.max(count: Self.alternativeCount) { probabilities[$0] > probabilities[$1] }
    let fields = ([Int(drawn)] + likeliest).map { character in
      TabSeparatedField.escaped(sampler.vocabulary.bytes(of: Int32(character)))
        + Array("\t\(NumberText.fixed(probabilities[character], decimals: 6))".utf8)
    }
    return Array(fields.joined(separator: [UInt8(ascii: "\t")])) + [UInt8(ascii: "\n")]
  }
}

extension Sequence {
  /// Returns the first `count` elements in sorted order; ties keep their order.
  fileprivate func max(count: Int, by precedes: (Element, Element) -> Bool) -> [Element] {
    reduce(into: []) { first, element in
      let place = first.firstIndex { precedes(element, $0) } ?? first.endIndex
      guard place < count else { return }
      first.insert(element, at: place)
      if first.count > count { first.removeLast() }
    }
  }
}
