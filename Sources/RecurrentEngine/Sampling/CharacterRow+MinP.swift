extension CharacterRow {
  /// Sets probabilities below a fraction of the largest one to 0 (min-p).
  func keepNearLargest(share: Double) {
    let probabilities = elements
    let limit = Double(probabilities.max() ?? 0) * share
    for index in probabilities.indices where Double(probabilities[index]) < limit { probabilities[index] = 0 }
  }
}
