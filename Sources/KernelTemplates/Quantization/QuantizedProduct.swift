/// A matrix of 8-bit weights, each column with a scale: weight = n · scale with −127 ≤ n ≤ 127.
public struct QuantizedWeights: @unchecked Sendable {
  /// (block, term / 4, column of the block, term modulo 4)
  public var numbers: UnsafePointer<Int8>
  /// The scale of each column. (block, column)
  public var scales: FloatPointer
  /// 128 · Σ n of each column, for rows with an offset. (block, column)
  public var offsets: UnsafePointer<Int32>
  public var blocks: Blocks
  /// Number of terms, a multiple of sixteen; those beyond the row's width are zero.
  public var terms: Int

  public init(
    numbers: UnsafePointer<Int8>, scales: FloatPointer, offsets: UnsafePointer<Int32>, blocks: Blocks, terms: Int
  ) {
    self.numbers = numbers
    self.scales = scales
    self.offsets = offsets
    self.blocks = blocks
    self.terms = terms
  }

  /// Some of the blocks, as a separate matrix.
  public subscript(range: Range<Int>) -> QuantizedWeights {
    let column = blocks.offset(of: range.lowerBound, rows: 1)
    return QuantizedWeights(
      numbers: numbers + blocks.offset(of: range.lowerBound, rows: terms), scales: scales + column,
      offsets: offsets + column, blocks: blocks[range], terms: terms)
  }
}

/// Computes result = start + x · W for rows x that are rounded to 8-bit numbers.
///
/// A product is (Σ n_x n_W) · (scale_x · scale_W): an exact sum of integers and two rounded multiplications.
///
/// - Parameters:
///   - rows: The rows of `left` and of `result`.
///   - left: One block of floats.
///   - range: The scale of the rows.
///   - quantized: Memory for the rows as 8-bit numbers.
@inlinable @inline(__always)
public func quantizedMultiply<D: DotProductVector>(
  _: D.Type, rows: StepRows, left: BlockedRows, range: QuantizationRange, quantized: QuantizedRows,
  right: QuantizedWeights, start: ProductStart, result: BlockedRows
) {
  var t = 0
  while t < rows.steps {
    var row = t &* rows.distance
    let end = row &+ rows.rows
    while row < end {
      quantized.quantize(
        D.Floats.self, row: row, from: FloatPointer(left.pointer) + row &* left.rowStride, count: right.terms,
        range: range, offset: D.rowOffset)
      row &+= 1
    }
    t &+= 1
  }
  var block = 0
  while block < right.blocks.count {
    t = 0
    while t < rows.steps {
      var row = t &* rows.distance
      let end = row &+ rows.rows
      while row < end {
        let remaining = end &- row
        let operands = QuantizedBlock(
          quantized: quantized, right: right, block: block, start: start, result: result, row: row)
        switch remaining {
        case 1:
          operands.multiply(D.self, Constant<1>.self)
          row &+= 1
        case 2, 3:
          operands.multiply(D.self, Constant<2>.self)
          row &+= 2
        default:
          operands.multiply(D.self, Constant<4>.self)
          row &+= 4
        }
      }
      t &+= 1
    }
    block &+= 1
  }
}

/// The operands of a product of a few rows with one block of columns.
@usableFromInline
struct QuantizedBlock {
  @usableFromInline var quantized: QuantizedRows
  @usableFromInline var right: QuantizedWeights
  @usableFromInline var block: Int
  @usableFromInline var start: ProductStart
  @usableFromInline var result: BlockedRows
  @usableFromInline var row: Int

  @inlinable @inline(__always)
  init(
    quantized: QuantizedRows, right: QuantizedWeights, block: Int, start: ProductStart, result: BlockedRows, row: Int
  ) {
    self.quantized = quantized
    self.right = right
    self.block = block
    self.start = start
    self.result = result
    self.row = row
  }

  /// Multiplies `height` rows by all columns of the block, as many at a time as have enough registers.
  // Transparent for the same reason as `multiplyRows`.
  @usableFromInline @_transparent
  func multiply<D: DotProductVector, let height: Int>(_: D.Type, _: Constant<height>.Type) {
    let width = right.blocks.width(of: block)
    var column = 0
    while column < width {
      if width &- column >= 4 &* D.Floats.lanes {
        multiply(D.self, Constant<height>.self, Constant<4>.self, column: column)
        column &+= 4 &* D.Floats.lanes
      } else {
        multiply(D.self, Constant<height>.self, Constant<1>.self, column: column)
        column &+= D.Floats.lanes
      }
    }
  }

  @usableFromInline @_transparent
  func multiply<D: DotProductVector, let height: Int, let vectors: Int>(
    _: D.Type, _: Constant<height>.Type, _: Constant<vectors>.Type, column: Int
  ) {
    let width = right.blocks.width(of: block)
    let lanes = D.Floats.lanes
    var sums = InlineArray<height, InlineArray<vectors, D>>(repeating: InlineArray(repeating: D(zero: ())))
    var weights = right.numbers + right.blocks.offset(of: block, rows: right.terms) + 4 &* column
    var x = UnsafePointer(quantized.numbers + row &* quantized.stride)
    let end = x + right.terms
    while x < end {
      var loaded = InlineArray<vectors, D>(repeating: D(at: weights))
      var j = 1
      while j < vectors {
        loaded[unchecked: j] = D(at: weights + j &* 4 &* lanes)
        j &+= 1
      }
      var i = 0
      while i < height {
        let numbers = D(repeating: x + i &* quantized.stride)
        j = 0
        while j < vectors {
          sums[unchecked: i][unchecked: j] = sums[unchecked: i][unchecked: j].adding(
            row: numbers, times: loaded[unchecked: j])
          j &+= 1
        }
        i &+= 1
      }
      weights += 4 &* width
      x += 4
    }
    store(sums, column: column)
  }

  @usableFromInline @_transparent
  func store<D: DotProductVector, let height: Int, let vectors: Int>(
    _ sums: InlineArray<height, InlineArray<vectors, D>>, column: Int
  ) {
    let first = right.blocks.offset(of: block, rows: 1) &+ column
    var i = 0
    while i < height {
      let destination = result.start(of: block) + (row &+ i) &* result.rowStride(of: block) + column
      let scale = D.Floats(repeating: quantized.scales[row &+ i])
      var j = 0
      while j < vectors {
        let offset = j &* D.Floats.lanes
        let product =
          sums[unchecked: i][unchecked: j].floats(minus: right.offsets + first + offset)
          * (D.Floats(at: right.scales + first + offset) * scale)
        switch start {
        case .zero: product.store(destination + offset)
        case .result: (D.Floats(at: FloatPointer(destination) + offset) + product).store(destination + offset)
        case .bias(let bias): (D.Floats(at: bias + first + offset) + product).store(destination + offset)
        }
        j &+= 1
      }
      i &+= 1
    }
  }
}

/// Sets the result of a product to its start, a bias.
@inlinable @inline(__always)
public func fillWithStart<V: FloatVector>(_: V.Type, _ product: BlockProduct) {
  guard case .bias(let bias) = product.start else { return }
  var t = 0
  while t < product.rows.steps {
    var row = t &* product.rows.distance
    let end = row &+ product.rows.rows
    while row < end {
      var i = 0
      while i < product.columns &* columnWidth {
        V(at: bias + i).store(product.result + row &* product.resultStride + i)
        i &+= V.lanes
      }
      row &+= 1
    }
    t &+= 1
  }
}
