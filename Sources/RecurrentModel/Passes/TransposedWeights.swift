package import KernelTemplates

/// The weights once more, packed for the products that carry gradients back. Made anew after every update.
package final class TransposedWeights {
  struct Matrix {
    fileprivate let buffer: FloatBuffer
    fileprivate let source: ParameterLayout.Matrix
    let blocks: Blocks
    /// Terms of the product: all columns of the weights.
    var terms: Int { source.blocks.size(rows: 1) }
    var pointer: UnsafeMutablePointer<Float> { buffer.pointer }

    init(_ source: ParameterLayout.Matrix) {
      self.source = source
      blocks = Blocks(units: source.rowCount, gates: 1)
      buffer = FloatBuffer(count: blocks.size(rows: source.blocks.size(rows: 1)))
    }
  }

  struct Group {
    var recurrent: Matrix
    /// Nil where rows are looked up: there is nothing below.
    var input: Matrix?
  }

  let layers: [[Group]]
  let decoder: Matrix
  /// Of each layer; nil where no gates join it to the one below.
  let connections: [Matrix?]
  private let tasks: [(matrix: Matrix, block: Int)]

  package init(_ layout: ParameterLayout) {
    let multipliesInput = layout.configuration.multipliesInput(ofLayer:)
    layers = layout.layers.enumerated().map { layer, groups in
      groups.map { Group(recurrent: Matrix($0.recurrent), input: multipliesInput(layer) ? Matrix($0.input) : nil) }
    }
    decoder = Matrix(layout.decoderWeight)
    connections = layout.connections.map { $0.map { Matrix($0.weight) } }
    let matrices =
      layers.joined().flatMap { [$0.recurrent] + ($0.input.map { [$0] } ?? []) } + [decoder]
      + connections.compactMap(\.self)
    tasks = matrices.flatMap { matrix in (0..<matrix.blocks.count).map { (matrix, $0) } }
  }

  package func pack(_ parameters: FloatBuffer, kernels: KernelSet, executor: ParallelExecutor) {
    executor.run(tasks.count) { index in
      let (matrix, block) = tasks[index]
      kernels.packTransposed(
        parameters.pointer + matrix.source.offset, matrix.source.blocks, matrix.source.rowCount, matrix.blocks, block,
        matrix.pointer)
    }
  }
}
