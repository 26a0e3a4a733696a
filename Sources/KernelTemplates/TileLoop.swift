/// Stands for a number that is known when a kernel is compiled.
public enum Constant<let value: Int> {}

/// What a kernel does for one tile. Height and width are constants so that the tile stays in registers.
public protocol TileBody {
  associatedtype Vector: FloatVector
  /// Columns that a block has for each of its unit columns; rules out impossible widths when the kernel is compiled.
  static var gates: Int { get }
  /// - Parameters:
  ///   - block: The block of columns.
  ///   - row: The first row of the tile.
  ///   - part: The first float of each column that the vectors cover.
  func callAsFunction<let height: Int, let columns: Int>(
    _ height: Constant<height>.Type, _ columns: Constant<columns>.Type, block: Int, row: Int, part: Int)
}

/// Calls `body` for the tiles that cover `rows` rows of the blocks in `range`, block after block.
@inlinable @inline(__always)
public func forEachTile<Body: TileBody>(_ blocks: Blocks, in range: Range<Int>, rows: Int, _ body: Body) {
  var block = range.lowerBound
  while block < range.upperBound {
    switch blocks.width(of: block) / columnWidth {
    case 1 where Body.gates == 1: forEachRowTile(Constant<1>.self, block: block, rows: rows, body)
    case 2 where Body.gates <= 2: forEachRowTile(Constant<2>.self, block: block, rows: rows, body)
    case 3 where Body.gates == 1: forEachRowTile(Constant<3>.self, block: block, rows: rows, body)
    default: forEachRowTile(Constant<4>.self, block: block, rows: rows, body)
    }
    block &+= 1
  }
}

/// Cuts the rows into tiles of heights that differ by one at most (32 = 6+6+5+5+5+5), because a short tile at the end
/// takes almost as long as a full one.
@inlinable @inline(__always)
func forEachRowTile<Body: TileBody, let columns: Int>(
  _ columns: Constant<columns>.Type, block: Int, rows: Int, _ body: Body
) {
  let limit = Body.Vector.tileHeight
  let tiles = (rows &+ limit &- 1) / limit
  guard tiles > 0 else { return }
  let height = rows / tiles
  let taller = rows &- height &* tiles
  var part = 0
  while part < columnWidth {
    var row = 0
    var tile = 0
    while tile < tiles {
      let rowsHere = tile < taller ? height &+ 1 : height
      switch rowsHere {
      case 1: body(Constant<1>.self, columns, block: block, row: row, part: part)
      case 2: body(Constant<2>.self, columns, block: block, row: row, part: part)
      case 4 where limit > 3: body(Constant<4>.self, columns, block: block, row: row, part: part)
      case 5 where limit > 3: body(Constant<5>.self, columns, block: block, row: row, part: part)
      case 6 where limit > 3: body(Constant<6>.self, columns, block: block, row: row, part: part)
      default: body(Constant<3>.self, columns, block: block, row: row, part: part)
      }
      row &+= rowsHere
      tile &+= 1
    }
    part &+= Body.Vector.lanes
  }
}
