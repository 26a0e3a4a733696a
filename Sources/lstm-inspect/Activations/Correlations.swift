/// Pearson correlation of each unit of a state with each feature, from sums over a text.
struct Correlations {
  private var count = 0.0
  private var sums: [Double]  // (unit)
  private var squares: [Double]  // (unit)
  private var featureSums: [Double]  // (feature)
  private var featureSquares: [Double]  // (feature)
  private var products: [[Double]]  // (feature, unit)

  init(unitCount: Int, featureCount: Int) {
    sums = Array(repeating: 0, count: unitCount)
    squares = sums
    featureSums = Array(repeating: 0, count: featureCount)
    featureSquares = featureSums
    products = Array(repeating: sums, count: featureCount)
  }

  mutating func add(_ values: [Float], features: [Double]) {
    count += 1
    for (unit, value) in values.enumerated() {
      sums[unit] += Double(value)
      squares[unit] += Double(value) * Double(value)
    }
    // Most features are zero most of the time.
    for (feature, value) in features.enumerated() where value != 0 {
      featureSums[feature] += value
      featureSquares[feature] += value * value
      for (unit, state) in values.enumerated() { products[feature][unit] += value * Double(state) }
    }
  }

  /// Returns the correlation of a unit with a feature; nil if either is constant over the text.
  func correlation(unit: Int, feature: Int) -> Double? {
    let ofUnit = count * squares[unit] - sums[unit] * sums[unit]
    let ofFeature = count * featureSquares[feature] - featureSums[feature] * featureSums[feature]
    // Rounding errors leave the variance of constant values slightly above zero.
    guard ofUnit > 1e-9 * count * squares[unit], ofFeature > 1e-9 * count * featureSquares[feature] else { return nil }
    let together = count * products[feature][unit] - sums[unit] * featureSums[feature]
    return min(max(together / (ofUnit * ofFeature).squareRoot(), -1), 1)
  }
}
