extension CharacterRow {
  /// Gives characters with less than a share of the largest probability the probability 0.
  func keepNearLargest(share: Double) {
    let probabilities = elements
    let limit = Double(probabilities.max() ?? 0) * share
    for index in probabilities.indices where Double(probabilities[index]) < limit { probabilities[index] = 0 }
  }
}
