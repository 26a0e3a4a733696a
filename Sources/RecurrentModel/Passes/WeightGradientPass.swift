package import KernelTemplates

/// Computes the gradients of all parameters from the gate gradients of a ``RecurrentPass``.
///
/// For each shard of the mini-batch, each element is one sum over all steps and rows in their order; ``Shards`` says in
/// which order shards are added. The result depends neither on the number of threads nor on how the work is cut.
package final class WeightGradientPass: Sendable {
  /// The sums over all shards.
  package var gradients: FloatBuffer { sums[0] }
  private let layout: ParameterLayout
  private let shards: Shards
  /// Gradients, and for each level of the tree of shards a sum that is still to be added to that of the level before.
  private let sums: [FloatBuffer]
  private let pieces: [WeightGradientPiece]
  private let one = FloatBuffer(count: 1)

  /// - Parameter shards: The shards of the workspace's mini-batch.
  package init(_ layout: ParameterLayout, _ shards: Shards, threadCount: Int) {
    self.layout = layout
    self.shards = shards
    sums = (0...shards.levelCount).map { _ in FloatBuffer(count: layout.size) }
    one.fill(with: 1)
    // The largest first, so that the threads finish at nearly the same time.
    pieces = WeightGradientFactors.all(of: layout)
      .flatMap { $0.pieces(threadCount: threadCount) }
      .sorted { $0.work > $1.work }
  }

  package func compute(_ workspace: Workspace, stepCount: Int, kernels: KernelSet, executor: ParallelExecutor) {
    executor.run(pieces.count) { [self] index in
      let sum = WeightGradientSum(
        layout: layout, workspace: workspace, stepCount: stepCount, kernels: kernels, shards: shards, one: one)
      add(0..<shards.count, of: pieces[index], sum, level: 0)
    }
  }

  /// Computes the sum over some shards in the buffer of one level of the tree.
  private func add(_ range: Range<Int>, of piece: WeightGradientPiece, _ sum: WeightGradientSum, level: Int) {
    guard range.count > 1 else {
      return sum.compute(piece, shard: range.lowerBound, in: sums[level])
    }
    let middle = range.lowerBound + range.count / 2
    add(range.lowerBound..<middle, of: piece, sum, level: level)
    add(middle..<range.upperBound, of: piece, sum, level: level + 1)
    piece.forEachRegion { region in sums[level][region].add(sums[level + 1][region]) }
  }
}
