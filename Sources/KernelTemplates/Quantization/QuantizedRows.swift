/// Rows of 8-bit numbers, the left factors of products with quantized weights: x ≈ n · scale with −127 ≤ n ≤ 127.
public struct QuantizedRows: @unchecked Sendable {
  /// (row, term), rows `stride` bytes apart; `rowOffset` of the vectors is added to each number.
  public var numbers: UnsafeMutablePointer<Int8>
  public var stride: Int
  public var scales: MutableFloatPointer  // (row)

  public init(numbers: UnsafeMutablePointer<Int8>, stride: Int, scales: MutableFloatPointer) {
    self.numbers = numbers
    self.stride = stride
    self.scales = scales
  }
}

/// The scale with which rows are rounded to 8-bit numbers.
public enum QuantizationRange: Sendable {
  /// All numbers are from −1 to 1.
  case one
  /// Each row is scaled by its largest magnitude.
  case largestOfRow
}

extension QuantizedRows {
  /// Rounds one row of `count` floats to the nearest 8-bit numbers, ties to even.
  ///
  /// - Parameters:
  ///   - count: A multiple of sixteen; numbers beyond the row's width are zero.
  ///   - offset: The number added to each 8-bit number.
  @inlinable @inline(__always)
  func quantize<V: FloatVector>(
    _: V.Type, row: Int, from x: FloatPointer, count: Int, range: QuantizationRange, offset: Int32
  ) {
    let inverse: Float
    switch range {
    case .one:
      inverse = 127
      scales[row] = 1 / 127
    case .largestOfRow:
      var largest = V(repeating: 0)
      var i = 0
      while i < count {
        let v = V(at: x + i)
        largest = largest.maximum(v).maximum(V(repeating: 0) - v)
        i &+= V.lanes
      }
      let magnitude = largest.largestElement()
      // 127 divided by a smaller number could be infinite; such a row becomes zeros.
      inverse = magnitude < 0x1p-100 ? 0 : 127 / magnitude
      scales[row] = magnitude / 127
    }
    let numbers = numbers + row &* stride
    var i = 0
    while i < count {
      // Adding 1.5 · 2²³ leaves the nearest integer in the low byte.
      let shifted = x[i] * inverse + 0x1.8p23
      numbers[i] = Int8(truncatingIfNeeded: Int32(bitPattern: shifted.bitPattern) &+ offset)
      i &+= 1
    }
  }
}
