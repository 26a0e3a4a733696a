internal import KernelTemplates

/// Some blocks of columns, and a share of the inputs, whose weight gradients one thread computes.
struct WeightGradientPiece: Sendable {
  var factors: WeightGradientFactors
  var blocks: Range<Int>
  var share: Int
  var shareCount: Int

  func inputRange(of matrix: ParameterLayout.Matrix) -> Range<Int> {
    (0..<matrix.rowCount).share(share, of: shareCount)
  }

  /// Calls `body` with each contiguous range of elements that the piece computes, in an array of all parameters.
  func forEachRegion(_ body: (Range<Int>) -> Void) {
    for product in factors.products {
      let matrix = product.matrix
      let rows =
        switch product.operand {
        case .characters, .one: share == 0 ? 0..<matrix.rowCount : 0..<0
        // Tied embeddings are the decoder's weights.
        case .embeddingGradients where factors.products.count > 1: 0..<0
        case .embeddingGradients, .previousHidden, .output, .resetHidden, .embedded: inputRange(of: matrix)
        }
      guard !rows.isEmpty else { continue }
      for block in blocks {
        let start = matrix.offset + matrix.blocks.offset(of: block, rows: matrix.rowCount)
        let width = matrix.blocks.width(of: block)
        body(start + rows.lowerBound * width..<start + rows.upperBound * width)
      }
    }
  }

  /// Multiplications for each row.
  var work: Int {
    factors.stateProducts.reduce(0) { $0 + inputRange(of: $1.matrix).count * $1.matrix.blocks.fullWidth } * blocks.count
  }

  /// Number of rows whose operands stay in the second-level cache from one product to the next.
  func rowsAtOnce(stateStride: Int) -> Int {
    let floatsOfRow =
      factors.stateProducts.count * (stateStride / shareCount) + blocks.count
      * factors.products[0].matrix.blocks.fullWidth
    let unit = 96
    return max(1, min(8, 196_608 / (floatsOfRow * unit))) * unit
  }
}

extension WeightGradientFactors {
  fileprivate var stateProducts: [Product] {
    products.filter {
      switch $0.operand {
      case .previousHidden, .output, .resetHidden, .embedded: true
      case .characters, .one, .embeddingGradients: false
      }
    }
  }

  /// Cuts the work into pieces whose gradients fit into the second-level cache, a few for each thread: parts of the
  /// columns and shares of the inputs, such that all pieces together read as little as possible.
  func pieces(threadCount: Int) -> [WeightGradientPiece] {
    let matrix = products[0].matrix
    let columns = matrix.blocks.count * matrix.blocks.fullWidth
    let inputs = stateProducts.reduce(0) { $0 + $1.matrix.rowCount }
    let wanted = max(threadCount, columns * inputs / 131_072)

    // An embedding can be in any block.
    if products.contains(where: { $0.operand == .embeddingGradients }) {
      let shares = max(1, min(wanted, matrix.rowCount / 16))
      return (0..<shares).map {
        WeightGradientPiece(factors: self, blocks: 0..<matrix.blocks.count, share: $0, shareCount: shares)
      }
    }
    // A share of fewer than some tiles costs more than it saves.
    let cuts = (1...max(1, min(wanted, matrix.rowCount / 48))).map { shares in
      let parts = min(matrix.blocks.count, (wanted + shares - 1) / shares)
      return (parts: parts, shares: shares, read: parts * inputs + shares * columns)
    }
    let fine = cuts.filter { $0.parts * $0.shares >= wanted }
    guard let (parts, shares, _) = (fine.isEmpty ? cuts : fine).min(by: { $0.read < $1.read }) else { return [] }
    return (0..<parts).flatMap { part in
      (0..<shares).map { share in
        WeightGradientPiece(
          factors: self, blocks: (0..<matrix.blocks.count).share(part, of: parts), share: share, shareCount: shares)
      }
    }
  }
}
