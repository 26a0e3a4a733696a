internal import SystemCalls

extension CharacterRow {
  /// Returns the natural logarithms of the model's probabilities of some characters, before any filter and at
  /// temperature 1. Overwrites the row.
  func logProbabilities(of characters: [Int32], row index: Int, of workspace: Workspace) -> [Double] {
    load(index, of: workspace)
    let likeliest = Int(indexOfLargest)
    let largest = Double(elements[likeliest])
    let differences = characters.map { Double(elements[Int($0)]) - largest }
    applySoftmax(temperature: 1)
    // The probability of the likeliest character cannot underflow.
    let logLargest = Mathematics.logarithm(Double(elements[likeliest]) / sum)
    return differences.map { $0 + logLargest }
  }
}
