// The product of a single row. Generating text one character at a time reads every weight once per character, so only
// the cache bandwidth matters.

/// The right factor of a product with one row: (term, column of the block), in a format that vectors are loaded from.
public protocol RowWeights {
  associatedtype Element
  static func load<V: FloatVector>(_: V.Type, at pointer: UnsafePointer<Element>) -> V
}

/// Weights that are floats.
public enum FloatWeights: RowWeights {
  @_transparent
  public static func load<V: FloatVector>(_: V.Type, at pointer: UnsafePointer<Float>) -> V { V(at: pointer) }
}

/// Weights that are bfloat16 numbers, which are half as many bytes to read.
public enum BFloat16Weights: RowWeights {
  @_transparent
  public static func load<V: FloatVector>(_: V.Type, at pointer: UnsafePointer<UInt16>) -> V { V(widening: pointer) }
}

/// Computes ``multiplyBlock(_:_:)`` for a product with one row of contiguous factors.
///
/// Uses as many vectors side by side as hide the latency of the multiply-add, and all terms in one pass: the CPU
/// prefetches a sequential stream without help, and an explicit prefetch would take the place of a load.
@inlinable @inline(__always)
public func multiplyRow<V: FloatVector>(_: V.Type, _ product: BlockProduct) {
  multiplyRow(V.self, FloatWeights.self, product, product.right)
}

/// - Parameter right: The right factor, in place of that of the product.
@inlinable @inline(__always)
public func multiplyRow<V: FloatVector, W: RowWeights>(
  _: V.Type, _: W.Type, _ product: BlockProduct, _ right: UnsafePointer<W.Element>
) {
  let width = product.columns &* columnWidth
  var first = 0
  while first < width {
    let vectors = (width &- first) / V.lanes
    switch vectors {
    case 1 where V.lanes > 8: multiplyRow(V.self, W.self, Constant<1>.self, product, right, &first)
    case 2 where V.lanes > 4: multiplyRow(V.self, W.self, Constant<2>.self, product, right, &first)
    case 3 where V.lanes > 8: multiplyRow(V.self, W.self, Constant<3>.self, product, right, &first)
    case 6 where V.lanes == 8: multiplyRow(V.self, W.self, Constant<6>.self, product, right, &first)
    case 8... where V.lanes < 16: multiplyRow(V.self, W.self, Constant<8>.self, product, right, &first)
    default: multiplyRow(V.self, W.self, Constant<4>.self, product, right, &first)
    }
  }
}

/// Computes `count` vectors from float `first` of the block on, and advances `first` past them.
// Transparent for the same reason as `multiplyRows`.
@usableFromInline @_transparent
func multiplyRow<V: FloatVector, W: RowWeights, let count: Int>(
  _: V.Type, _: W.Type, _: Constant<count>.Type, _ product: BlockProduct, _ weights: UnsafePointer<W.Element>,
  _ first: inout Int
) {
  let result = product.result + first
  var sums: InlineArray<count, V>
  switch product.start {
  case .zero: sums = InlineArray(repeating: V(repeating: 0))
  case .result: sums = sideBySide(FloatPointer(result))
  case .bias(let bias): sums = sideBySide(bias + first)
  }
  var factor = FloatPointer(product.left.start(of: 0))
  let end = factor + product.left.width(of: 0)
  var right = weights + first
  while factor < end {
    let a = V(repeating: factor.pointee)
    var j = 0
    while j < count {
      sums[unchecked: j] = sums[unchecked: j].adding(a, times: W.load(V.self, at: right + j &* V.lanes))
      j &+= 1
    }
    factor += 1
    right += product.rightStride
  }
  var j = 0
  while j < count {
    sums[unchecked: j].store(result + j &* V.lanes)
    j &+= 1
  }
  first &+= count &* V.lanes
}

@inlinable @inline(__always)
func sideBySide<V: FloatVector, let count: Int>(_ pointer: FloatPointer) -> InlineArray<count, V> {
  var vectors = InlineArray<count, V>(repeating: V(at: pointer))
  var j = 1
  while j < count {
    vectors[unchecked: j] = V(at: pointer + j &* V.lanes)
    j &+= 1
  }
  return vectors
}

extension BlockProduct {
  /// Whether ``multiplyRow(_:_:)`` can compute the product.
  @inlinable @inline(__always)
  public var isOneRow: Bool { rows.rows == 1 && rows.steps == 1 && left.blockCount == 1 && leftTerm == 1 }
}
