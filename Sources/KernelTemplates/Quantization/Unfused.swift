/// A vector whose products are rounded before they are added, also on a CPU with a fused multiply-add.
///
/// With quantized weights, all other operations are single additions, multiplications and divisions in float32, so that
/// every CPU and a JavaScript engine compute the same bits. One different rounding would sooner or later change an 8-bit
/// number, and then the generated text.
public struct Unfused<Base: FloatVector>: FloatVector {
  @usableFromInline var base: Base

  @inlinable @inline(__always)
  init(_ base: Base) { self.base = base }

  @inlinable @inline(__always)
  public static var lanes: Int { Base.lanes }
  @inlinable @inline(__always)
  public static func tileHeight(_ width: Int) -> Int { Base.tileHeight(width) }
  @inlinable @inline(__always)
  public init(repeating value: Float) { self.init(Base(repeating: value)) }
  @inlinable @inline(__always)
  public init(at pointer: FloatPointer) { self.init(Base(at: pointer)) }
  @inlinable @inline(__always)
  public init(widening pointer: UnsafePointer<UInt16>) { self.init(Base(widening: pointer)) }
  @inlinable @inline(__always)
  public func store(_ pointer: MutableFloatPointer) { base.store(pointer) }
  @inlinable @inline(__always)
  public func adding(_ a: Self, times b: Self) -> Self { Self(base + a.base * b.base) }
  @inlinable @inline(__always)
  public func clamped(_ low: Float, _ high: Float) -> Self { Self(base.clamped(low, high)) }
  @inlinable @inline(__always)
  public func maximum(_ other: Self) -> Self { Self(base.maximum(other.base)) }
  @inlinable @inline(__always)
  public func keeping(wherePositive other: Self) -> Self { Self(base.keeping(wherePositive: other.base)) }
  @inlinable @inline(__always)
  public func roughReciprocalSquareRoot() -> Self { Self(base.roughReciprocalSquareRoot()) }
  @inlinable @inline(__always)
  public func powerOfTwoFromMagic() -> Self { Self(base.powerOfTwoFromMagic()) }
  @inlinable @inline(__always)
  public func keeping(below count: Int, from first: Int, else filler: Float) -> Self {
    Self(base.keeping(below: count, from: first, else: filler))
  }
  @inlinable @inline(__always)
  public func dropping(_ key: UInt64, threshold: Int32, from first: Int) -> Self {
    Self(base.dropping(key, threshold: threshold, from: first))
  }
  @inlinable @inline(__always)
  public func largestElement() -> Float { base.largestElement() }
  @inlinable @inline(__always)
  public static func + (a: Self, b: Self) -> Self { Self(a.base + b.base) }
  @inlinable @inline(__always)
  public static func - (a: Self, b: Self) -> Self { Self(a.base - b.base) }
  @inlinable @inline(__always)
  public static func * (a: Self, b: Self) -> Self { Self(a.base * b.base) }
  @inlinable @inline(__always)
  public static func / (a: Self, b: Self) -> Self { Self(a.base / b.base) }
}
