package import KernelTemplates

/// Transposed copies of the weights, packed for the products of the backward pass. Repacked after every optimizer step.
package final class TransposedWeights: Sendable {
  struct Matrix: Sendable {
    fileprivate let buffer: FloatBuffer
    fileprivate let source: ParameterLayout.Matrix
    fileprivate let blocks: Blocks
    /// The right factor of a product; its terms are the columns of the weights, padding included.
    var packed: PackedMatrix { PackedMatrix(elements: buffer.view, blocks: blocks, terms: source.blocks.size(rows: 1)) }

    init(_ source: ParameterLayout.Matrix) {
      self.source = source
      blocks = Blocks(units: source.rowCount, gates: 1)
      buffer = FloatBuffer(count: blocks.size(rows: source.blocks.size(rows: 1)))
    }
  }

  struct Group: Sendable {
    var recurrent: Matrix
    /// Nil in a layer that looks up weight rows: nothing below it is trained.
    var input: Matrix?
  }

  let layers: [[Group]]
  let decoder: Matrix
  let connections: [Matrix?]  // gates of each layer's skip connection; nil without
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
    executor.run(tasks.count) { [tasks] index in
      let (matrix, block) = tasks[index]
      let source = matrix.source
      kernels.packTransposed(
        source.packed(in: parameters).pointer, source.blocks, source.rowCount, matrix.blocks, block,
        matrix.packed.pointer)
    }
  }
}
