/// Statistics of a tensor's elements.
struct TensorSummary: Encodable {
  var name: String
  var shape: [Int]
  var count: Int
  /// Mean of the finite elements; nil if there are none. The other statistics also exclude NaN and infinity.
  var mean: Double?
  var standardDeviation: Double?
  var minimum: Double?
  var maximum: Double?
  /// Number of elements that are NaN or infinite; 0 in a sound model.
  var nonFiniteCount: Int

  init(name: String, shape: [Int], elements: [Float]) {
    self.name = name
    self.shape = shape
    count = elements.count
    var sum = 0.0
    var finiteCount = 0
    var least = Double.infinity
    var greatest = -Double.infinity
    for element in elements where element.isFinite {
      let value = Double(element)
      sum += value
      finiteCount += 1
      least = min(least, value)
      greatest = max(greatest, value)
    }
    nonFiniteCount = count - finiteCount
    guard finiteCount > 0 else { return }
    let mean = sum / Double(finiteCount)
    // A second pass around the mean avoids cancellation.
    var squares = 0.0
    for element in elements where element.isFinite {
      let deviation = Double(element) - mean
      squares += deviation * deviation
    }
    self.mean = mean
    standardDeviation = (squares / Double(finiteCount)).squareRoot()
    minimum = least
    maximum = greatest
  }
}
