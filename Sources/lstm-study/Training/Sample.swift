/// A sample of results of runs that differ only in their random seeds.
struct Sample {
  private let values: [Double]

  init(_ values: [Double]) { self.values = values }

  var mean: Double? { values.isEmpty ? nil : values.reduce(0, +) / Double(values.count) }
  var least: Double? { values.min() }
  var greatest: Double? { values.max() }

  /// Sample standard deviation; nil for fewer than two values.
  var deviation: Double? {
    guard let mean, values.count > 1 else { return nil }
    let squares = values.reduce(0.0) { $0 + ($1 - mean) * ($1 - mean) }
    return (squares / Double(values.count - 1)).squareRoot()
  }
}
