/// A matrix as 8-bit numbers with one scale for each row: weight ≈ number · scale.
package struct QuantizedTensor {
  /// From −127 to 127. (row, column)
  package private(set) var numbers: [Int8] = []
  package private(set) var scales: [Float] = []  // (row)

  /// Rounds the rows of a matrix of finite weights.
  ///
  /// - Parameter scales: The scale of each row, of which each weight is a multiple; nil to choose those of the least error.
  package init(_ weights: [Float], rowLength: Int, scales givenScales: [Float]? = nil) {
    numbers.reserveCapacity(weights.count)
    for (index, first) in stride(from: 0, to: weights.count, by: rowLength).enumerated() {
      let range = first..<first + rowLength
      if let givenScales {
        scales.append(givenScales[index])
        numbers += weights[range].map { quantizedNumber($0, scale: givenScales[index]) }
        continue
      }
      let row = QuantizedRow(leastError: weights[range])
      numbers += row.numbers
      scales.append(row.scale)
    }
  }

  /// The products of the numbers and the scales of their rows. (row, column)
  package var floats: [Float] {
    let rowLength = numbers.count / max(scales.count, 1)
    return numbers.enumerated().map { Float($1) * scales[$0 / rowLength] }
  }
}

/// Returns the number of which a weight is the product with a scale. A scale of 0 has weights of 0 alone.
func quantizedNumber(_ weight: Float, scale: Float) -> Int8 { weight == 0 ? 0 : Int8((weight / scale).rounded()) }

/// One row of a matrix: the scale and the numbers of the least squared error.
private struct QuantizedRow {
  var numbers: [Int8] = []
  var scale: Float = 0
  private var error = Double.infinity

  /// Fractions of the largest magnitude that become 127: a smaller one rounds most weights more finely and clips a few.
  private static let clippings: [Float] = [1, 0.9, 0.8]

  /// Nearly all rows need fewer; each repetition takes as long as the first rounding.
  private static let mostRepetitions = 8

  init(leastError weights: ArraySlice<Float>) {
    let largest = weights.reduce(0) { max($0, abs($1)) }
    for clipping in Self.clippings {
      let candidate = QuantizedRow(weights, scale: largest / 127 * clipping)
      if candidate.error < error { self = candidate }
    }
  }

  /// Rounds with a first scale, fits the scale to the rounded numbers by least squares, and repeats this until neither
  /// changes, or a number of times: no repetition increases the error.
  private init(_ weights: ArraySlice<Float>, scale: Float) {
    guard scale.isNormal else {
      // A row of zeros, or of weights that no product can show.
      numbers = weights.map { _ in 0 }
      error = 0
      return
    }
    self.scale = scale
    for _ in 0..<Self.mostRepetitions {
      let rounded = weights.map { Int8(max(-127, min(127, ($0 / self.scale).rounded(.toNearestOrEven)))) }
      if rounded == numbers { break }
      numbers = rounded
      var (products, squares) = (0.0, 0.0)
      for (weight, number) in zip(weights, numbers) {
        products += Double(weight) * Double(number)
        squares += Double(number) * Double(number)
      }
      // So that no weight is infinite.
      self.scale = min(Float(products / squares), .greatestFiniteMagnitude / 128)
    }
    error = zip(weights, numbers).reduce(0) { sum, pair in
      let difference = Double(pair.0) - Double(pair.1) * Double(self.scale)
      return sum + difference * difference
    }
  }
}
