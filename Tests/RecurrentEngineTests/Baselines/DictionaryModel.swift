import Foundation

/// A reference for ``WittenBellModel`` that looks everything up by the characters in dictionaries.
struct DictionaryModel {
  let vocabularySize: Int
  /// The number of times each character followed each context of any length below the order.
  private var followers: [[Int32]: [Int32: Int]] = [:]

  init(vocabularySize: Int, stretches: [[Int32]], order: Int) {
    self.vocabularySize = vocabularySize
    for stretch in stretches { count(stretch, from: 0, order: order) }
  }

  /// - Parameter lines: Lines between two end marks. The first end mark is only context, except in the first line.
  init(vocabularySize: Int, lines: [[Int32]], order: Int) {
    self.vocabularySize = vocabularySize
    for (index, line) in lines.enumerated() { count(line, from: index == 0 ? 0 : 1, order: order) }
  }

  private mutating func count(_ stretch: [Int32], from start: Int, order: Int) {
    for (index, character) in stretch.enumerated().dropFirst(start) {
      for length in 0...min(order - 1, index) {
        followers[Array(stretch[index - length..<index]), default: [:]][character, default: 0] += 1
      }
    }
  }

  func probability(of character: Int32, after context: [Int32], order: Int) -> Double {
    guard order > 0 else { return 1 / Double(vocabularySize) }
    let shorter = probability(of: character, after: context, order: order - 1)
    guard context.count >= order - 1, let counts = followers[context.suffix(order - 1)] else { return shorter }
    let (total, kinds) = (Double(counts.values.reduce(0, +)), Double(counts.count))
    return (Double(counts[character] ?? 0) + kinds * shorter) / (total + kinds)
  }

  /// Returns the nats per character of all characters except the first of each range.
  func loss(of stretches: [[Int32]], order: Int) -> Double {
    let costs = stretches.flatMap { text in
      text.indices.dropFirst().map { index in
        -log(probability(of: text[index], after: Array(text[..<index].suffix(order - 1)), order: order))
      }
    }
    return costs.reduce(0, +) / Double(costs.count)
  }
}
