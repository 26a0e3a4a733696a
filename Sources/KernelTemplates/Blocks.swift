/// The partition of a packed matrix's columns, and of the corresponding activations, into blocks.
///
/// A matrix with `gates` columns per unit is stored block by block. A block holds all gates of `unitColumns` · 16 units
/// (the last block fewer, padded with zeros to whole columns):
///
/// ```
/// weights      (block, row, gate, unit of the block)
/// activations  (block, step, row of the batch, gate, unit of the block)
/// ```
///
/// The widest block has four columns, the width of a ``Tile``: one gate of 64 units, two of 32, four of 16.
public struct Blocks: Sendable, Equatable {
  /// Number of units without padding.
  public let units: Int
  public let gates: Int
  /// Columns of 16 units in a full block.
  public let unitColumns: Int

  public init(units: Int, gates: Int) {
    self.units = units
    self.gates = gates
    self.unitColumns = max(1, 4 / gates)
  }

  /// Number of columns of 16 units in all blocks together.
  @inlinable @inline(__always)
  public var totalUnitColumns: Int { (units &+ columnWidth &- 1) / columnWidth }
  @inlinable @inline(__always)
  public var count: Int { (totalUnitColumns &+ unitColumns &- 1) / unitColumns }
  /// Number of floats in a row of a full block.
  @inlinable @inline(__always)
  public var fullWidth: Int { gates &* unitColumns &* columnWidth }

  /// Returns the number of columns of 16 units in one block.
  @inlinable @inline(__always)
  public func unitColumns(of block: Int) -> Int {
    let remaining = totalUnitColumns &- block &* unitColumns
    return remaining < unitColumns ? remaining : unitColumns
  }

  /// Returns the number of floats in a row of one block.
  @inlinable @inline(__always)
  public func width(of block: Int) -> Int { gates &* unitColumns(of: block) &* columnWidth }

  /// Returns the number of floats before a block in an array with `rows` rows.
  @inlinable @inline(__always)
  public func offset(of block: Int, rows: Int) -> Int { block &* fullWidth &* rows }

  /// Returns the number of floats in an array with `rows` rows.
  @inlinable @inline(__always)
  public func size(rows: Int) -> Int { totalUnitColumns &* gates &* columnWidth &* rows }

  /// Returns the units of some of the blocks.
  public func units(of range: Range<Int>) -> Range<Int> {
    let unitsOfBlock = unitColumns * columnWidth
    return min(units, range.lowerBound * unitsOfBlock)..<min(units, range.upperBound * unitsOfBlock)
  }

  /// Some of the blocks, as the blocks of a separate matrix.
  public subscript(range: Range<Int>) -> Blocks { Blocks(units: units(of: range).count, gates: gates) }

  /// Returns the index of one element in an array with `rows` rows.
  @inlinable
  public func index(row: Int, gate: Int, unit: Int, rows: Int) -> Int {
    let column = unit / columnWidth
    let block = column / unitColumns
    let columnOfBlock = gate * unitColumns(of: block) + column % unitColumns
    return offset(of: block, rows: rows) + row * width(of: block) + columnOfBlock * columnWidth + unit % columnWidth
  }
}
