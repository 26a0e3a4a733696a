/// Terms that are processed for all rows before the next ones. Their part of the right factor, at most 24 kB, and of
/// the left one fit the first-level cache.
@inlinable @inline(__always)
var termsAtOnce: Int { 96 }

/// Computes a product in tiles that stay in registers.
///
/// Some terms at a time are processed for all rows, so that their part of `right` is fetched from memory once. Partial
/// sums are kept in `result`, so each sum is one chain of multiply-adds, however the terms are divided.
@inlinable @inline(__always)
public func multiplyBlock<V: FloatVector>(_: V.Type, _ product: BlockProduct) {
  guard product.rows.rows > 0 else { return }
  let left = product.left
  var upcoming = product.upcoming
  var part = ProductPart(start: product.start, right: product.right)
  while part.segment < left.blockCount {
    let width = left.width(of: part.segment)
    let remaining = left.blockCount &- part.segment
    if width < termsAtOnce {
      // Several short blocks at once; the last one may be shorter than the others.
      let many = termsAtOnce / width
      part.segmentCount = many < remaining ? many : remaining
      part.terms = width
    } else {
      // One long block in parts of nearly equal length.
      let parts = (width &- part.firstTerm &+ termsAtOnce &- 1) / termsAtOnce
      part.segmentCount = 1
      part.terms = (width &- part.firstTerm) / parts
    }
    multiplyPart(V.self, product, part, &upcoming)
    part.start = .result
    part.firstTerm &+= part.terms
    part.right += part.terms &* product.rightStride
    if part.firstTerm == width {
      // All blocks but the last have the same width, so the preceding ones are as wide as the first.
      part.right += (part.segmentCount &- 1) &* width &* product.rightStride &+ part.segmentCount &* product.rightGap
      part.segment &+= part.segmentCount
      part.firstTerm = 0
    }
  }
}

/// Some terms of a product: whole blocks of the left factor, or a part of one.
@usableFromInline
struct ProductPart {
  @usableFromInline var start: ProductStart
  /// The right factor of the first term.
  @usableFromInline var right: FloatPointer
  /// Blocks of the left factor.
  @usableFromInline var segment = 0
  @usableFromInline var segmentCount = 1
  /// First term and number of terms within a single block; unused for several blocks, which are used whole.
  @usableFromInline var firstTerm = 0
  @usableFromInline var terms = 0

  @inlinable @inline(__always)
  init(start: ProductStart, right: FloatPointer) {
    self.start = start
    self.right = right
  }
}

/// Computes one part of a product, in passes over adjacent vectors of the block that are as wide as a tile.
@inlinable @inline(__always)
func multiplyPart<V: FloatVector>(
  _: V.Type, _ product: BlockProduct, _ part: ProductPart, _ upcoming: inout Upcoming
) {
  let vectors = product.columns &* columnWidth / V.lanes
  // All passes have the same width: four vectors, or three, two or one.
  var width = vectors / ((vectors &+ 3) / 4)
  // If all rows fit one tile of half the width, each vector of the right factor is loaded once instead of twice, and at
  // half the rate from the second-level cache.
  let rows = product.rows.rows
  if width == 4 && rows > V.tileHeight(4) && rows <= V.tileHeight(2) { width = 2 }
  switch width {
  case 1 where V.lanes > 8: multiplyPart(V.self, Constant<1>.self, product, part, &upcoming)
  case 2 where V.lanes > 4: multiplyPart(V.self, Constant<2>.self, product, part, &upcoming)
  case 3 where V.lanes > 4: multiplyPart(V.self, Constant<3>.self, product, part, &upcoming)
  default: multiplyPart(V.self, Constant<4>.self, product, part, &upcoming)
  }
}

/// Computes one part of a product. Tile heights differ by at most one, such as 32 = 6+6+5+5+5+5, because a short tile
/// at the end takes almost as long as a full one.
// Transparent rather than only always inlined: the optimizer would otherwise leave some sizes as specializations,
// which are weak symbols.
@usableFromInline @_transparent
func multiplyPart<V: FloatVector, let width: Int>(
  _: V.Type, _ width: Constant<width>.Type, _ product: BlockProduct, _ part: ProductPart, _ upcoming: inout Upcoming
) {
  let limit = V.tileHeight(width.integer)
  let rows = product.rows.rows
  let tiles = (rows &+ limit &- 1) / limit
  let height = rows / tiles
  let taller = rows &- height &* tiles
  let passes = product.columns &* columnWidth / (width.integer &* V.lanes)
  // Without gaps, all segments are one.
  let segments = product.rightGap == 0 ? 1 : part.segmentCount
  let terms = part.terms &* part.segmentCount / segments
  let floats = terms &* product.rightStride
  var prefetch = PartPrefetch(
    next: part.right + segments &* (floats &+ product.rightGap), segments: segments, floats: floats,
    gap: product.rightGap, terms: terms, tiles: passes &* tiles &* product.rows.steps)
  var column = 0
  while column < product.columns &* columnWidth {
    var step = 0
    while step < product.rows.steps {
      var row = step &* product.rows.distance
      var tile = 0
      while tile < tiles {
        let rowsHere = tile < taller ? height &+ 1 : height
        switch rowsHere {
        case 1: multiplyTile(V.self, Constant<1>.self, width, product, part, &prefetch, row: row, column: column)
        case 2: multiplyTile(V.self, Constant<2>.self, width, product, part, &prefetch, row: row, column: column)
        case 4 where limit > 3:
          multiplyTile(V.self, Constant<4>.self, width, product, part, &prefetch, row: row, column: column)
        case 5 where limit > 4:
          multiplyTile(V.self, Constant<5>.self, width, product, part, &prefetch, row: row, column: column)
        case 6 where limit > 5:
          multiplyTile(V.self, Constant<6>.self, width, product, part, &prefetch, row: row, column: column)
        case 7 where limit > 6:
          multiplyTile(V.self, Constant<7>.self, width, product, part, &prefetch, row: row, column: column)
        case 8 where limit > 7:
          multiplyTile(V.self, Constant<8>.self, width, product, part, &prefetch, row: row, column: column)
        default: multiplyTile(V.self, Constant<3>.self, width, product, part, &prefetch, row: row, column: column)
        }
        prefetch.endTile(&upcoming, hot: part.right)
        row &+= rowsHere
        tile &+= 1
      }
      step &+= 1
    }
    column &+= width.integer &* V.lanes
  }
}

/// A type for an integer known at compile time, for which kernels are specialized.
public enum Constant<let value: Int> {
  @inlinable @inline(__always)
  public static var integer: Int { value }
}

/// `row` is the first row of the tile, and `column` the first float of the block that it covers.
@usableFromInline @_transparent
func multiplyTile<V: FloatVector, let height: Int, let width: Int>(
  _: V.Type, _: Constant<height>.Type, _: Constant<width>.Type, _ product: BlockProduct, _ part: ProductPart,
  _ prefetch: inout PartPrefetch, row: Int, column: Int
) {
  let result = product.result + row &* product.resultStride + column
  if case .result = part.start {
  } else {
    prefetchTile(result, product.resultStride, height: height, floats: width &* V.lanes)
  }
  var sums: Tile<V, height, width>
  switch part.start {
  case .zero: sums = Tile(repeating: V(repeating: 0))
  case .result: sums = Tile(at: FloatPointer(result), rowStride: product.resultStride)
  case .bias(let bias): sums = Tile(repeatingRow: bias + column)
  }
  var right = part.right + column
  var segment = part.segment
  let end = segment &+ part.segmentCount
  while segment < end {
    let terms = part.segmentCount == 1 ? part.terms : product.left.width(of: segment)
    let stride = product.left.rowStride(of: segment)
    let left = product.left.start(of: segment) + row &* stride + part.firstTerm &* product.leftTerm
    sums.addProduct(
      terms: terms, a: FloatPointer(left), aRow: stride, aTerm: product.leftTerm, b: right, bTerm: product.rightStride,
      prefetch: &prefetch.next, prefetchStep: prefetch.step)
    prefetch.next += prefetch.segmentSkip
    right += terms &* product.rightStride &+ product.rightGap
    segment &+= 1
  }
  sums.store(result, rowStride: product.resultStride)
}
