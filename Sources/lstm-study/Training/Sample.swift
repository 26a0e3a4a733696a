/// Results of runs that differ in their random seeds alone.
struct Sample {
  private let values: [Double]

  init(_ values: [Double]) { self.values = values }

  var mean: Double? { values.isEmpty ? nil : values.reduce(0, +) / Double(values.count) }
  var least: Double? { values.min() }
  var greatest: Double? { values.max() }

  /// The standard deviation, as it is estimated from a sample; nil of fewer than two numbers.
  var deviation: Double? {
    guard let mean, values.count > 1 else { return nil }
    let squares = values.reduce(0.0) { $0 + ($1 - mean) * ($1 - mean) }
    return (squares / Double(values.count - 1)).squareRoot()
  }
}
