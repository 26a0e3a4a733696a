// Embeddings are stored like the weights of the output layer, to which they may be tied: one column per character.
// Reading a column touches a separate cache line per element, which is negligible beside the product that follows.

/// Sets each row to the embedding of its character.
///
/// - Parameters:
///   - characters: Character IDs, one per row.
///   - table: (block, term, character of the block), `terms` terms per block.
///   - result: (row, term), rows `rowStride` floats apart.
@inlinable @inline(__always)
public func lookUpEmbeddings(
  rows: Range<Int>, characters: UnsafePointer<Int32>, table: FloatPointer, tableBlocks: Blocks, terms: Int,
  result: MutableFloatPointer, rowStride: Int
) {
  var row = rows.lowerBound
  while row < rows.upperBound {
    let column = EmbeddingColumn(of: characters[row], in: tableBlocks, terms: terms)
    var source = table + column.offset
    let destination = result + row &* rowStride
    var term = 0
    while term < terms {
      destination[term] = source.pointee
      source += column.stride
      term &+= 1
    }
    row &+= 1
  }
}

/// Adds each row's gradient to the embedding of its character, for the terms in `termRange`, one row after the other.
@inlinable @inline(__always)
public func addEmbeddingGradients(
  rows: Range<Int>, characters: UnsafePointer<Int32>, gradients: FloatPointer, rowStride: Int, termRange: Range<Int>,
  table: MutableFloatPointer, tableBlocks: Blocks, terms: Int
) {
  var row = rows.lowerBound
  while row < rows.upperBound {
    let column = EmbeddingColumn(of: characters[row], in: tableBlocks, terms: terms)
    let source = gradients + row &* rowStride
    var destination = table + column.offset + termRange.lowerBound &* column.stride
    var term = termRange.lowerBound
    while term < termRange.upperBound {
      destination.pointee += source[term]
      destination += column.stride
      term &+= 1
    }
    row &+= 1
  }
}

/// The location of a character's embedding: the offset of its first element and the distance between elements.
@usableFromInline
struct EmbeddingColumn {
  @usableFromInline let offset: Int
  @usableFromInline let stride: Int

  @inlinable @inline(__always)
  init(of character: Int32, in blocks: Blocks, terms: Int) {
    let character = Int(truncatingIfNeeded: character)
    let block = character / blocks.fullWidth
    stride = blocks.width(of: block)
    offset = blocks.offset(of: block, rows: terms) &+ character &- block &* blocks.fullWidth
  }
}
