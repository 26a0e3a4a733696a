public import CPUIntrinsics

/// A part of a matrix product held in registers: `height` rows by `width` adjacent vectors.
public struct Tile<V: FloatVector, let height: Int, let width: Int> {
  @usableFromInline var elements: InlineArray<height, InlineArray<width, V>>

  @inlinable @inline(__always)
  public init(repeating value: V) {
    elements = InlineArray(repeating: InlineArray(repeating: value))
  }

  /// Creates a tile whose rows all equal `row`.
  @inlinable @inline(__always)
  public init(repeatingRow row: FloatPointer) {
    self.init(repeating: V(at: row))
    var j = 1
    while j < width {
      let v = V(at: row + j &* V.lanes)
      var i = 0
      while i < height {
        elements[unchecked: i][unchecked: j] = v
        i &+= 1
      }
      j &+= 1
    }
  }

  @inlinable @inline(__always)
  public init(at pointer: FloatPointer, rowStride: Int) {
    self.init(repeating: V(at: pointer))
    var i = 0
    while i < height {
      var j = 0
      while j < width {
        elements[unchecked: i][unchecked: j] = V(at: pointer + i &* rowStride + j &* V.lanes)
        j &+= 1
      }
      i &+= 1
    }
  }

  @inlinable @inline(__always)
  public func store(_ pointer: MutableFloatPointer, rowStride: Int) {
    var i = 0
    while i < height {
      // As a constant: from the nested element, the compiler for arm64 would copy the tile to the stack first.
      let row = elements[unchecked: i]
      var j = 0
      while j < width {
        row[unchecked: j].store(pointer + i &* rowStride + j &* V.lanes)
        j &+= 1
      }
      i &+= 1
    }
  }

  @inlinable @inline(__always)
  public subscript(row: Int, column: Int) -> V {
    get { elements[unchecked: row][unchecked: column] }
    set { elements[unchecked: row][unchecked: column] = newValue }
  }

  /// Adds the matrix product a · b over `terms` terms, as one chain of fused multiply-adds per element, in term order.
  ///
  /// - Parameters:
  ///   - a: `a[i · aRow + k · aTerm]` is the factor of row i in term k.
  ///   - b: `b[k · bTerm + j]` is the factor of float j in term k.
  ///   - prefetch: Memory to prefetch: one cache line per term, `prefetchStep` floats after the previous one.
  @inlinable @inline(__always)
  public mutating func addProduct(
    terms: Int, a: FloatPointer, aRow: Int, aTerm: Int, b: FloatPointer, bTerm: Int, prefetch: inout FloatPointer,
    prefetchStep: Int
  ) {
    var sums = elements
    var wanted = prefetch
    var a = a
    var b = b
    var remaining = terms
    while remaining > 0 {
      prefetch_to_second_level(wanted)
      wanted += prefetchStep
      // Of the two kinds of factors, all of the fewer ones first, then the others one at a time: this order needs the
      // fewest registers; see ``FloatVector/tileHeight(_:)``.
      if height < width {
        var factors = InlineArray<height, V>(repeating: V(repeating: a[0]))
        var i = 1
        while i < height {
          factors[unchecked: i] = V(repeating: a[i &* aRow])
          i &+= 1
        }
        var j = 0
        while j < width {
          let vector = V(at: b + j &* V.lanes)
          var i = 0
          while i < height {
            sums[unchecked: i][unchecked: j] = sums[unchecked: i][unchecked: j].adding(
              factors[unchecked: i], times: vector)
            i &+= 1
          }
          j &+= 1
        }
      } else {
        let vectors: InlineArray<width, V> = sideBySide(b)
        var i = 0
        while i < height {
          let factor = V(repeating: a[i &* aRow])
          var j = 0
          while j < width {
            sums[unchecked: i][unchecked: j] = sums[unchecked: i][unchecked: j].adding(
              factor, times: vectors[unchecked: j])
            j &+= 1
          }
          i &+= 1
        }
      }
      a += aTerm
      b += bTerm
      remaining &-= 1
    }
    elements = sums
    prefetch = wanted
  }
}
