package import KernelTemplates

/// Transposed copies of the weights, packed for the products of the backward pass. Repacked after every optimizer step.
package final class TransposedWeights: Sendable {
  /// The transpose of one matrix, in parts that are separate right factors.
  struct Matrix: Sendable {
    let parts: [Part]

    /// - Parameters:
    ///   - partCount: Number of parts.
    ///   - gates: Each part covers the units of whole blocks of this number of gates.
    init(_ source: ParameterLayout.Matrix, partCount: Int = 1, gates: Int = 1) {
      let blocks = Blocks(units: source.rowCount, gates: gates)
      parts = (0..<partCount).map { part in
        Part(source, units: blocks.units(of: (0..<blocks.count).share(part, of: partCount)))
      }
    }
  }

  /// The columns of a transposed matrix that belong to some units.
  struct Part: Sendable {
    let units: Range<Int>
    fileprivate let source: ParameterLayout.Matrix
    fileprivate let blocks: Blocks
    private let buffer: FloatBuffer

    fileprivate init(_ source: ParameterLayout.Matrix, units: Range<Int>) {
      self.source = source
      self.units = units
      blocks = Blocks(units: units.count, gates: 1)
      buffer = FloatBuffer(count: blocks.size(rows: source.blocks.size(rows: 1)))
    }

    /// The right factor of a product; its terms are the columns of the weights, padding included.
    var packed: PackedMatrix { PackedMatrix(elements: buffer.view, blocks: blocks, terms: source.blocks.size(rows: 1)) }
  }

  struct Group: Sendable {
    var recurrent: Matrix
    /// Nil in a layer that looks up weight rows: nothing below it is trained.
    var input: Matrix?
  }

  let layers: [[Group]]
  let decoder: Matrix
  let connections: [Matrix?]  // gates of each layer's skip connection; nil without
  private let tasks: [(part: Part, block: Int)]

  /// - Parameter partCount: Number of threads that may divide the units among them; the parts of the cells' matrices
  ///   are those of the threads.
  package init(_ layout: ParameterLayout, partCount: Int = 1) {
    let multipliesInput = layout.configuration.multipliesInput(ofLayer:)
    layers = layout.layers.enumerated().map { layer, groups in
      groups.map { group in
        func transpose(_ matrix: ParameterLayout.Matrix) -> Matrix {
          Matrix(matrix, partCount: partCount, gates: group.bias.blocks.gates)
        }
        return Group(
          recurrent: transpose(group.recurrent), input: multipliesInput(layer) ? transpose(group.input) : nil)
      }
    }
    decoder = Matrix(layout.decoderWeight)
    connections = layout.connections.map { $0.map { Matrix($0.weight) } }
    let matrices =
      layers.joined().flatMap { [$0.recurrent] + ($0.input.map { [$0] } ?? []) } + [decoder]
      + connections.compactMap(\.self)
    tasks = matrices.flatMap(\.parts).flatMap { part in (0..<part.blocks.count).map { (part, $0) } }
  }

  package func pack(_ parameters: FloatBuffer, kernels: KernelSet, executor: ParallelExecutor) {
    executor.run(tasks.count) { [tasks] index in
      let (part, block) = tasks[index]
      let source = part.source
      kernels.packTransposed(
        source.packed(in: parameters).pointer, source.blocks, source.rowCount, part.units.lowerBound, part.blocks,
        block, part.packed.pointer)
    }
  }
}
