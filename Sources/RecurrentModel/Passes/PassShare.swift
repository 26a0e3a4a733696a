internal import KernelTemplates

/// The division of a pass among threads. The results do not depend on it: each element is one chain of operations.
package enum PassDivision: CaseIterable, Sendable {
  /// Each thread computes all units of some rows of the mini-batch. Rows are independent, so threads never wait for each
  /// other, but all of them read all weights in every step.
  case rows
  /// Each thread computes some units of all rows. It reads only its part of the weights, which may then stay in its own
  /// cache, but waits in every step for the h that the others have computed.
  case units

  /// The divisions that a training step can use.
  package static func possible(
    _ layout: ParameterLayout, threadCount: Int, holdsSequences: Bool
  ) -> [PassDivision] {
    // Layer normalization and the start of a sequence need all units of a row. Fewer than two blocks for each thread
    // are too uneven a division.
    let divisibleUnits = layout.layers.joined().allSatisfy {
      $0.normalization == nil && $0.bias.blocks.count >= 2 * threadCount
    }
    return threadCount > 1 && divisibleUnits && !holdsSequences ? [.rows, .units] : [.rows]
  }
}

/// One thread's share of a pass.
package struct PassShare: Sendable {
  /// The rows of operations that need all units of a row.
  let rows: Range<Int>
  /// The rows of the gates and the state.
  let cellRows: Range<Int>
  private let team: (executor: ParallelExecutor, thread: Int)?  // nil if the thread computes all units

  /// All units of some rows.
  package init(rows: Range<Int>) {
    self.rows = rows
    cellRows = rows
    team = nil
  }

  /// The share of one of the threads that run together.
  package init(of rows: Range<Int>, _ division: PassDivision, _ executor: ParallelExecutor, thread: Int) {
    self.rows = rows.share(thread, of: executor.threadCount)
    cellRows = division == .rows ? self.rows : rows
    team = division == .rows ? nil : (executor, thread)
  }

  var computesAllUnits: Bool { team == nil }

  /// The blocks of gates to compute.
  func blocks(of blocks: Blocks) -> Range<Int> { share(of: 0..<blocks.count) }

  /// The parts of a transposed matrix to multiply by: all of them, or that of the thread's units.
  func parts(of matrix: TransposedWeights.Matrix) -> ArraySlice<TransposedWeights.Part> {
    matrix.parts[share(of: matrix.parts.indices)]
  }

  /// Waits until the other threads have computed their units of the same rows, if there are any.
  func meet() { team.map { $0.executor.meet($0.thread) } }

  private func share(of range: Range<Int>) -> Range<Int> {
    team.map { range.share($0.thread, of: $0.executor.threadCount) } ?? range
  }
}
