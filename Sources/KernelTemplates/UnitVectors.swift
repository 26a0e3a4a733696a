public import CPUIntrinsics

/// The position of a vector of units in the arrays of a step.
public struct UnitVector {
  /// Offset of the first gate in the gate array of the group.
  public var gate: Int
  /// Distance between gates.
  public var gateStride: Int
  /// Offset in the state arrays.
  public var state: Int
  public var row: Int
  public var unit: Int

  @inlinable @inline(__always)
  init(gate: Int, gateStride: Int, state: Int, row: Int, unit: Int) {
    self.gate = gate
    self.gateStride = gateStride
    self.state = state
    self.row = row
    self.unit = unit
  }
}

/// The direction of a pass through time.
public enum TimeDirection {
  case forward
  case backward
}

extension CellStep {
  /// Calls `body` for each vector of units of each row, block after block.
  ///
  /// - Parameters:
  ///   - direction: Direction of the pass, which determines the next step.
  ///   - beforeBlock: Called before the vectors of each block, so that its results are still in the cache.
  ///   - prefetch: Called with the same units of the same row in the next block, or in the first block of the next
  ///     step: this data is far from the CPU, which would otherwise wait for it.
  ///   - afterwards: Called for each vector of a block after `body` has run for all of them. A long dependency chain is
  ///     faster in two halves, of which the CPU can overlap many.
  @inlinable @inline(__always)
  func forEachUnitVector<V: FloatVector>(
    _: V.Type, of group: GateGroup, _ direction: TimeDirection, beforeBlock: (_ block: Int) -> Void = { _ in },
    prefetch: (UnitVector) -> Void, _ body: (UnitVector) -> Void, afterwards: (UnitVector) -> Void = { _ in }
  ) {
    let blocks = group.blocks
    var block = group.blockRange.lowerBound
    while block < group.blockRange.upperBound {
      beforeBlock(block)
      var ahead = firstUnits(of: group, block: block &+ 1, rowsAhead: 0)
      if block &+ 1 == group.blockRange.upperBound {
        ahead = firstUnits(
          of: group, block: group.blockRange.lowerBound,
          rowsAhead: direction == .forward ? batchSize : 0 &- batchSize)
      }
      let here = firstUnits(of: group, block: block, rowsAhead: 0)
      let units = here.gateStride
      forEachRow(here, ahead, width: blocks.width(of: block), widthAhead: ahead.gateStride &* blocks.gates) {
        here, ahead in
        var here = here
        var ahead = ahead
        let end = here.unit &+ units
        while here.unit < end {
          prefetch(ahead)
          body(here)
          here.advance(V.lanes)
          ahead.advance(V.lanes)
        }
      }
      forEachRow(here, ahead, width: blocks.width(of: block), widthAhead: 0) { here, _ in
        var here = here
        let end = here.unit &+ units
        while here.unit < end {
          afterwards(here)
          here.advance(V.lanes)
        }
      }
      block &+= 1
    }
  }

  /// Returns the first units of a block in the row `rowsAhead` rows after the first one, or before it if negative.
  @inlinable @inline(__always)
  func firstUnits(of group: GateGroup, block: Int, rowsAhead: Int) -> UnitVector {
    let unit = block &* group.blocks.unitColumns &* columnWidth
    return UnitVector(
      gate: group.offset(of: block, row: gateRow &+ rowsAhead),
      gateStride: group.blocks.unitColumns(of: block) &* columnWidth, state: rowsAhead &* stateStride &+ unit,
      row: rowsAhead, unit: unit)
  }

  @inlinable @inline(__always)
  func forEachRow(
    _ here: UnitVector, _ ahead: UnitVector, width: Int, widthAhead: Int, _ body: (UnitVector, UnitVector) -> Void
  ) {
    var here = here
    var ahead = ahead
    while here.row < rows {
      body(here, ahead)
      here.gate &+= width
      here.state &+= stateStride
      here.row &+= 1
      ahead.gate &+= widthAhead
      ahead.state &+= stateStride
      ahead.row &+= 1
    }
  }
}

extension UnitVector {
  @inlinable @inline(__always)
  mutating func advance(_ units: Int) {
    gate &+= units
    state &+= units
    unit &+= units
  }
}

extension GateGroup {
  @inlinable @inline(__always)
  func prefetchGates(_ units: UnitVector) {
    var gate = 0
    while gate < blocks.gates {
      prefetch_for_writing(gates + units.gate + gate &* units.gateStride)
      gate &+= 1
    }
  }
}
