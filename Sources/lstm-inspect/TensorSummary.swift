/// The distribution of a tensor's elements.
struct TensorSummary: Encodable {
  var name: String
  var shape: [Int]
  var count: Int
  /// Of the finite elements, as all that follow; nil if there are none.
  var mean: Double?
  var standardDeviation: Double?
  var minimum: Double?
  var maximum: Double?
  /// Elements that are infinite or not a number, of which a sound model has none.
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
    // About the mean in a second pass, where nothing is lost to cancellation.
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
