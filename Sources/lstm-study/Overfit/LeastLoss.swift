internal import RecurrentEngine
internal import SystemCalls

extension Chunk {
  /// Minimum mean loss, in nats per character, of any model with the same initial state in all rows. The minimum is
  /// above zero if rows with the same characters so far continue differently.
  var leastLoss: Double {
    /// Number that identifies the characters so far of each row.
    var histories = [Int](repeating: 0, count: batchSize)
    var knownHistories: [[Int]: Int] = [:]
    var sum = 0.0
    for step in 0..<stepCount {
      var followers: [Int: [Int32: Int]] = [:]
      for row in 0..<batchSize {
        let index = step * batchSize + row
        let key = [histories[row], Int(inputs[index])]
        let history = knownHistories[key] ?? knownHistories.count + 1
        knownHistories[key] = history
        histories[row] = history
        if targets[index] != Self.ignoredTarget { followers[history, default: [:]][targets[index], default: 0] += 1 }
      }
      for counts in followers.values.map(\.values) {
        let total = Double(counts.reduce(0, +))
        sum += counts.reduce(0.0) { $0 + Double($1) * Mathematics.logarithm(total / Double($1)) }
      }
    }
    return sum / Double(max(countedCharacters, 1))
  }
}
