/// What the sums of a product start from.
public enum ProductStart: @unchecked Sendable {
  case zero
  /// What `result` holds.
  case result
  case bias(FloatPointer)
}

/// result = start + left · right, for some rows of one block of columns. All products of the package end here.
public struct BlockProduct {
  public var rows: Int
  /// Columns of 16 floats: 1, 2, 3 or 4.
  public var columns: Int
  public var start: ProductStart
  public var left: BlockedRows
  /// Distance from term to term in a row of `left`.
  public var leftTerm = 1
  /// (term, column of the block), the terms `rightStride` floats apart.
  public var right: FloatPointer
  public var rightStride: Int
  public var result: MutableFloatPointer
  public var resultStride: Int

  @inlinable @inline(__always)
  init(
    rows: Int, columns: Int, start: ProductStart, left: BlockedRows, leftTerm: Int = 1, right: FloatPointer,
    rightStride: Int, result: MutableFloatPointer, resultStride: Int
  ) {
    self.rows = rows
    self.columns = columns
    self.start = start
    self.left = left
    self.leftTerm = leftTerm
    self.right = right
    self.rightStride = rightStride
    self.result = result
    self.resultStride = resultStride
  }
}

/// ``multiplyBlock(_:_:)`` at the vectors of one module, which compiles it once and hands it to its kernels.
///
/// It has a tile for every height and width, and the intermediate language of Swift has one operation for each element
/// of a vector: inlined into every kernel it would take most of the time of a build.
public typealias BlockKernel = (_ product: BlockProduct) -> Void

/// Computes a product in tiles that stay in registers.
///
/// The rows are cut into tiles of heights that differ by one at most (32 = 6+6+5+5+5+5), because a short tile at the end
/// takes almost as long as a full one.
@inlinable @inline(__always)
public func multiplyBlock<V: FloatVector>(_: V.Type, _ product: BlockProduct) {
  let limit = V.tileHeight
  let tiles = (product.rows &+ limit &- 1) / limit
  guard tiles > 0 else { return }
  let height = product.rows / tiles
  let taller = product.rows &- height &* tiles
  var part = 0
  while part < columnWidth {
    var row = 0
    var tile = 0
    while tile < tiles {
      let rowsHere = tile < taller ? height &+ 1 : height
      switch rowsHere {
      case 1: multiplyRows(V.self, Constant<1>.self, product, row: row, part: part)
      case 2: multiplyRows(V.self, Constant<2>.self, product, row: row, part: part)
      case 4 where limit > 3: multiplyRows(V.self, Constant<4>.self, product, row: row, part: part)
      case 5 where limit > 3: multiplyRows(V.self, Constant<5>.self, product, row: row, part: part)
      case 6 where limit > 3: multiplyRows(V.self, Constant<6>.self, product, row: row, part: part)
      default: multiplyRows(V.self, Constant<3>.self, product, row: row, part: part)
      }
      row &+= rowsHere
      tile &+= 1
    }
    part &+= V.lanes
  }
}

/// Stands for a number that is known when a kernel is compiled.
public enum Constant<let value: Int> {}

// Transparent, not just always inlined: the optimizer would leave some heights as specializations, and those are weak
// symbols.
@usableFromInline @_transparent
func multiplyRows<V: FloatVector, let height: Int>(
  _: V.Type, _ height: Constant<height>.Type, _ product: BlockProduct, row: Int, part: Int
) {
  switch product.columns {
  case 1: multiplyTile(V.self, height, Constant<1>.self, product, row: row, part: part)
  case 2: multiplyTile(V.self, height, Constant<2>.self, product, row: row, part: part)
  case 3: multiplyTile(V.self, height, Constant<3>.self, product, row: row, part: part)
  default: multiplyTile(V.self, height, Constant<4>.self, product, row: row, part: part)
  }
}

/// - Parameters:
///   - row: The first row of the tile.
///   - part: The first float of each column that the vectors cover.
@usableFromInline @_transparent
func multiplyTile<V: FloatVector, let height: Int, let columns: Int>(
  _: V.Type, _: Constant<height>.Type, _: Constant<columns>.Type, _ product: BlockProduct, row: Int, part: Int
) {
  let result = product.result + row &* product.resultStride + part
  var sums: Tile<V, height, columns>
  switch product.start {
  case .zero: sums = Tile(repeating: V(repeating: 0))
  case .result: sums = Tile(at: FloatPointer(result), rowStride: product.resultStride)
  case .bias(let bias): sums = Tile(repeatingRow: bias + part)
  }
  var right = product.right + part
  var segment = 0
  while segment < product.left.blockCount {
    let terms = product.left.width(of: segment)
    let stride = product.left.rowStride(of: segment)
    sums.addProduct(
      terms: terms, a: FloatPointer(product.left.start(of: segment) + row &* stride), aRow: stride,
      aTerm: product.leftTerm, b: right, bTerm: product.rightStride)
    right += terms &* product.rightStride
    segment &+= 1
  }
  sums.store(result, rowStride: product.resultStride)
}
