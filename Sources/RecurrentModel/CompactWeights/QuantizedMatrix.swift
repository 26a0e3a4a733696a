internal import KernelTemplates

/// A matrix of a model as 8-bit numbers, packed for the products of one row at a time.
struct QuantizedMatrix: Sendable {
  let blocks: Blocks
  /// (block, term / 4, column of the block, term modulo 4)
  private let numbers: Buffer<Int8>
  /// The scale of each column. (block, column)
  private let scales: FloatBuffer
  /// 128 · Σ of the numbers of each column. (block, column)
  private let offsets: Buffer<Int32>
  private let terms: Int

  /// - Parameters:
  ///   - parameters: The matrix as floats, each the product of a number from −127 to 127 and its column's scale.
  ///   - scale: Returns the scale of a gate's column of a unit.
  init(
    _ matrix: ParameterLayout.Matrix, _ parameters: FloatBuffer, scale: (_ gate: Int, _ unit: Int) -> Float
  ) {
    blocks = matrix.blocks
    terms = Self.terms(of: matrix)
    numbers = Buffer(count: blocks.size(rows: terms))
    scales = FloatBuffer(count: blocks.size(rows: 1))
    offsets = Buffer(count: blocks.size(rows: 1))
    for gate in 0..<blocks.gates {
      for unit in 0..<blocks.units {
        let column = blocks.index(row: 0, gate: gate, unit: unit, rows: 1)
        let block = unit / (blocks.unitColumns * columnWidth)
        let width = blocks.width(of: block)
        let columnOfBlock = column - blocks.offset(of: block, rows: 1)
        let first = blocks.offset(of: block, rows: terms) + 4 * columnOfBlock
        let scale = scale(gate, unit)
        let start = matrix.index(row: 0, gate: gate, unit: unit)
        var sum: Int32 = 0
        for k in 0..<matrix.rowCount {
          let number = quantizedNumber(parameters[start + k * width], scale: scale)
          numbers[first + k / 4 * 4 * width + k % 4] = number
          sum += Int32(number)
        }
        scales[column] = scale
        offsets[column] = 128 &* sum
      }
    }
  }

  /// The number of terms, padded to whole columns like the states that are multiplied.
  static func terms(of matrix: ParameterLayout.Matrix) -> Int {
    (matrix.rowCount + columnWidth - 1) / columnWidth * columnWidth
  }

  var operand: QuantizedWeights {
    QuantizedWeights(
      numbers: UnsafePointer(numbers.pointer(at: 0, count: numbers.count)),
      scales: FloatPointer(scales.pointer(at: 0, count: scales.count)),
      offsets: UnsafePointer(offsets.pointer(at: 0, count: offsets.count)), blocks: blocks, terms: terms)
  }

  var byteCount: Int { numbers.count }
}
