internal import KernelTemplates

/// A matrix of a model as bfloat16 numbers, packed like its floats.
struct BFloat16Matrix: Sendable {
  private let blocks: Blocks
  private let numbers: Buffer<UInt16>  // (block, term, column of the block)
  private let terms: Int

  /// - Parameter parameters: The matrix as floats whose lower sixteen bits are zero.
  init(_ matrix: ParameterLayout.Matrix, _ parameters: FloatBuffer) {
    (blocks, terms) = (matrix.blocks, matrix.rowCount)
    numbers = Buffer(count: matrix.size)
    for index in 0..<matrix.size {
      numbers[index] = UInt16(truncatingIfNeeded: parameters[matrix.offset + index].bitPattern >> 16)
    }
  }

  var byteCount: Int { numbers.count * MemoryLayout<UInt16>.stride }

  /// Computes result = start + left · some blocks of the matrix.
  func multiply(
    _ left: BlockedRows, blocks range: Range<Int>, from start: ProductStart, into result: BlockedRows,
    _ kernel: KernelSet.BFloat16Multiply
  ) {
    let first = blocks.offset(of: range.lowerBound, rows: terms)
    let right = numbers.pointer(at: first, count: blocks[range].size(rows: terms))
    kernel(left, UnsafePointer(right), blocks[range], terms, start, result)
  }
}
