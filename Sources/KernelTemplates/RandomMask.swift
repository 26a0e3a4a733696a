public import RandomNumbers

/// A dropout mask: a pseudorandom choice of elements to zero, and a scale of the others that keeps the expectation.
///
/// Whether an element is dropped depends only on the key and its position. The mask is therefore the same for every CPU
/// and thread, in the forward and the backward pass, and in an uninterrupted or resumed run.
public struct RandomMask: Sendable {
  public var key: UInt64
  /// Exclusive upper bound of the 31 random bits of a dropped element.
  public var threshold: Int32
  /// Factor of the kept elements, 1 / (1 − p).
  public var scale: Float

  /// - Parameter probability: Dropout probability p of an element, from 0 to below 1.
  public init(key: UInt64, probability: Double) {
    self.key = key
    threshold = Int32(min((probability * 0x1p31).rounded(), Double(Int32.max)))
    scale = Float(1 / (1 - probability))
  }

  /// Returns the factor, 0 or `scale`, of an element that is dropped or kept individually.
  public func factor(at index: UInt64) -> Float {
    Int32(truncatingIfNeeded: splitMix(key, index) >> 33) < threshold ? 0 : scale
  }
}

/// Computes result = mask ∘ x for some rows of `count` floats, a multiple of sixteen, `stride` floats apart in both.
/// `firstRow` is the position of the first row in the mask, `first` that of the first float in its row of the mask.
@inlinable @inline(__always)
public func dropOut<V: FloatVector>(
  _: V.Type, _ mask: RandomMask, firstRow: UInt64, rows: Int, first: Int, count: Int, _ x: FloatPointer, stride: Int,
  _ result: MutableFloatPointer
) {
  let scale = V(repeating: mask.scale)
  var row = 0
  while row < rows {
    let key = splitMix(mask.key, firstRow &+ UInt64(truncatingIfNeeded: row))
    let offset = row &* stride
    var i = 0
    while i < count {
      let scaled = V(at: x + offset + i) * scale
      scaled.dropping(key, threshold: mask.threshold, from: first &+ i).store(result + offset + i)
      i &+= V.lanes
    }
    row &+= 1
  }
}

// The random bits of a position: a multiplicative 32-bit hash (constants by Wellons 2018). One half of the key enters
// before the first round, the other between the two: with one alone, rows would be segments of one another.

extension SIMD4<Float> {
  @_transparent public func dropping(_ key: UInt64, threshold: Int32, from first: Int) -> Self {
    let start = UInt32(truncatingIfNeeded: key) &+ UInt32(truncatingIfNeeded: first)
    var bits = SIMD4<UInt32>(0, 1, 2, 3) &+ .init(repeating: start)
    bits = (bits ^ (bits &>> .init(repeating: 16))) &* .init(repeating: 0x7FEB_352D)
    bits = bits ^ (bits &>> .init(repeating: 15)) ^ .init(repeating: UInt32(truncatingIfNeeded: key >> 32))
    bits = bits &* .init(repeating: 0x846C_A68B)
    bits = (bits ^ (bits &>> .init(repeating: 16))) &>> .init(repeating: 1)
    let dropped = unsafeBitCast(bits, to: SIMD4<Int32>.self) .< .init(repeating: threshold)
    return replacing(with: Self(repeating: 0), where: dropped)
  }
}

extension SIMD8<Float> {
  @_transparent public func dropping(_ key: UInt64, threshold: Int32, from first: Int) -> Self {
    let start = UInt32(truncatingIfNeeded: key) &+ UInt32(truncatingIfNeeded: first)
    var bits = SIMD8<UInt32>(0, 1, 2, 3, 4, 5, 6, 7) &+ .init(repeating: start)
    bits = (bits ^ (bits &>> .init(repeating: 16))) &* .init(repeating: 0x7FEB_352D)
    bits = bits ^ (bits &>> .init(repeating: 15)) ^ .init(repeating: UInt32(truncatingIfNeeded: key >> 32))
    bits = bits &* .init(repeating: 0x846C_A68B)
    bits = (bits ^ (bits &>> .init(repeating: 16))) &>> .init(repeating: 1)
    let dropped = unsafeBitCast(bits, to: SIMD8<Int32>.self) .< .init(repeating: threshold)
    return replacing(with: Self(repeating: 0), where: dropped)
  }
}

extension SIMD16<Float> {
  @_transparent public func dropping(_ key: UInt64, threshold: Int32, from first: Int) -> Self {
    let start = UInt32(truncatingIfNeeded: key) &+ UInt32(truncatingIfNeeded: first)
    var bits =
      SIMD16<UInt32>(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15) &+ .init(repeating: start)
    bits = (bits ^ (bits &>> .init(repeating: 16))) &* .init(repeating: 0x7FEB_352D)
    bits = bits ^ (bits &>> .init(repeating: 15)) ^ .init(repeating: UInt32(truncatingIfNeeded: key >> 32))
    bits = bits &* .init(repeating: 0x846C_A68B)
    bits = (bits ^ (bits &>> .init(repeating: 16))) &>> .init(repeating: 1)
    let dropped = unsafeBitCast(bits, to: SIMD16<Int32>.self) .< .init(repeating: threshold)
    return replacing(with: Self(repeating: 0), where: dropped)
  }
}
