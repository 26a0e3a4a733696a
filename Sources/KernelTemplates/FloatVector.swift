public import CPUIntrinsics

public typealias FloatPointer = UnsafePointer<Float>
public typealias MutableFloatPointer = UnsafeMutablePointer<Float>

/// A vector register of floats, with the operations that the kernels need.
///
/// The members are written out on each of the three concrete types: generic `SIMD` extensions compile to loops over
/// single elements, and only a member that is certain to be inlined is compiled for the instruction set of the module
/// that uses it.
public protocol FloatVector: Sendable {
  /// Number of floats in a vector: 4, 8 or 16, so that whole vectors fill a column of ``columnWidth`` floats.
  static var lanes: Int { get }
  /// Returns the maximum number of rows of a ``Tile``, at most 8: its height · width accumulators, the fewer of its
  /// height + width factors and one of the others fit the registers of the CPU.
  static func tileHeight(_ width: Int) -> Int
  init(repeating value: Float)
  init(at pointer: FloatPointer)
  /// Loads bfloat16 numbers, the upper halves of floats.
  init(widening pointer: UnsafePointer<UInt16>)
  func store(_ pointer: MutableFloatPointer)
  /// Returns `self + a · b`, rounded once if the CPU has a fused multiply-add.
  func adding(_ a: Self, times b: Self) -> Self
  func clamped(_ low: Float, _ high: Float) -> Self
  func maximum(_ other: Self) -> Self
  /// Returns element i where that of `other` is positive, and 0 elsewhere.
  func keeping(wherePositive other: Self) -> Self
  /// Returns 1/√x to within a few per cent, by halving the exponent.
  func roughReciprocalSquareRoot() -> Self
  /// Returns `2ⁿ` for a vector of `n + 1.5 · 2²³`, for integers −126 ≤ n ≤ 127.
  func powerOfTwoFromMagic() -> Self
  /// Returns element i where `first + i < count`, and `filler` elsewhere.
  func keeping(below count: Int, from first: Int, else filler: Float) -> Self
  /// Returns 0 where the key's 31 random bits for position `first + i` are below the threshold, and element i
  /// elsewhere.
  func dropping(_ key: UInt64, threshold: Int32, from first: Int) -> Self
  func largestElement() -> Float
  static func + (a: Self, b: Self) -> Self
  static func - (a: Self, b: Self) -> Self
  static func * (a: Self, b: Self) -> Self
  static func / (a: Self, b: Self) -> Self
}

/// Number of floats in a column: the unit of all packed layouts, whatever the vector width of the CPU. The data layout
/// and the order of every sum are therefore the same on all CPUs.
@inlinable @inline(__always)
public var columnWidth: Int { 16 }

extension SIMD4<Float>: FloatVector {
  @_transparent public init(widening pointer: UnsafePointer<UInt16>) {
    self = widened_4(UnsafeRawPointer(pointer).loadUnaligned(as: SIMD4<UInt16>.self))
  }
  @_transparent public static var lanes: Int { 4 }
  // Columns have at least four of these vectors, so tiles have that width.
  #if arch(arm64)
  @_transparent public static func tileHeight(_ width: Int) -> Int { 6 }  // 32 registers
  #else
  @_transparent public static func tileHeight(_ width: Int) -> Int { 3 }  // 16 registers
  #endif
  @_transparent public init(at pointer: FloatPointer) { self = UnsafeRawPointer(pointer).loadUnaligned(as: Self.self) }
  @_transparent public func store(_ pointer: MutableFloatPointer) {
    UnsafeMutableRawPointer(pointer).storeBytes(of: self, as: Self.self)
  }
  #if arch(arm64)
  @_transparent public func adding(_ a: Self, times b: Self) -> Self { addingProduct(a, b) }
  #else
  // `addingProduct` would call `fmaf` for each element: baseline x86-64 has no such instruction.
  @_transparent public func adding(_ a: Self, times b: Self) -> Self { self + a * b }
  #endif
  @_transparent public func clamped(_ low: Float, _ high: Float) -> Self {
    let low = Self(repeating: low)
    let high = Self(repeating: high)
    let raised = replacing(with: low, where: self .< low)
    return raised.replacing(with: high, where: raised .> high)
  }
  @_transparent public func maximum(_ other: Self) -> Self { replacing(with: other, where: other .> self) }
  @_transparent public func keeping(wherePositive other: Self) -> Self {
    Self(repeating: 0).replacing(with: self, where: other .> Self(repeating: 0))
  }
  @_transparent public func roughReciprocalSquareRoot() -> Self {
    let halved = unsafeBitCast(self, to: SIMD4<Int32>.self) &>> SIMD4<Int32>(repeating: 1)
    return unsafeBitCast(SIMD4<Int32>(repeating: 0x5F37_59DF) &- halved, to: Self.self)
  }
  @_transparent public func powerOfTwoFromMagic() -> Self {
    let integers = unsafeBitCast(self, to: SIMD4<Int32>.self)
    let biased = integers &+ SIMD4<Int32>(repeating: 127 - 0x4B40_0000)
    return unsafeBitCast(biased &<< SIMD4<Int32>(repeating: 23), to: Self.self)
  }
  @_transparent public func keeping(below count: Int, from first: Int, else filler: Float) -> Self {
    let positions = SIMD4<Int32>(0, 1, 2, 3) &+ SIMD4<Int32>(repeating: Int32(truncatingIfNeeded: first))
    let beyond = positions .>= SIMD4<Int32>(repeating: Int32(truncatingIfNeeded: count))
    return replacing(with: Self(repeating: filler), where: beyond)
  }
  // Not `max()`, whose specialization would be a weak symbol.
  @_transparent public func largestElement() -> Float {
    let pairs = SIMD2(self[0] > self[2] ? self[0] : self[2], self[1] > self[3] ? self[1] : self[3])
    return pairs[0] > pairs[1] ? pairs[0] : pairs[1]
  }
}

extension SIMD8<Float>: FloatVector {
  @_transparent public init(widening pointer: UnsafePointer<UInt16>) {
    self = widened_8(UnsafeRawPointer(pointer).loadUnaligned(as: SIMD8<UInt16>.self))
  }
  @_transparent public static var lanes: Int { 8 }
  // 16 registers
  @_transparent public static func tileHeight(_ width: Int) -> Int { width > 3 ? 3 : width > 2 ? 4 : 6 }
  @_transparent public init(at pointer: FloatPointer) { self = UnsafeRawPointer(pointer).loadUnaligned(as: Self.self) }
  @_transparent public func store(_ pointer: MutableFloatPointer) {
    UnsafeMutableRawPointer(pointer).storeBytes(of: self, as: Self.self)
  }
  @_transparent public func adding(_ a: Self, times b: Self) -> Self { addingProduct(a, b) }
  @_transparent public func clamped(_ low: Float, _ high: Float) -> Self {
    let low = Self(repeating: low)
    let high = Self(repeating: high)
    let raised = replacing(with: low, where: self .< low)
    return raised.replacing(with: high, where: raised .> high)
  }
  @_transparent public func maximum(_ other: Self) -> Self { replacing(with: other, where: other .> self) }
  @_transparent public func keeping(wherePositive other: Self) -> Self {
    Self(repeating: 0).replacing(with: self, where: other .> Self(repeating: 0))
  }
  @_transparent public func roughReciprocalSquareRoot() -> Self {
    let halved = unsafeBitCast(self, to: SIMD8<Int32>.self) &>> SIMD8<Int32>(repeating: 1)
    return unsafeBitCast(SIMD8<Int32>(repeating: 0x5F37_59DF) &- halved, to: Self.self)
  }
  @_transparent public func powerOfTwoFromMagic() -> Self {
    let integers = unsafeBitCast(self, to: SIMD8<Int32>.self)
    let biased = integers &+ SIMD8<Int32>(repeating: 127 - 0x4B40_0000)
    return unsafeBitCast(biased &<< SIMD8<Int32>(repeating: 23), to: Self.self)
  }
  @_transparent public func keeping(below count: Int, from first: Int, else filler: Float) -> Self {
    let positions = SIMD8<Int32>(0, 1, 2, 3, 4, 5, 6, 7) &+ SIMD8<Int32>(repeating: Int32(truncatingIfNeeded: first))
    let beyond = positions .>= SIMD8<Int32>(repeating: Int32(truncatingIfNeeded: count))
    return replacing(with: Self(repeating: filler), where: beyond)
  }
  @_transparent public func largestElement() -> Float { lowHalf.maximum(highHalf).largestElement() }
}

extension SIMD16<Float>: FloatVector {
  @_transparent public init(widening pointer: UnsafePointer<UInt16>) {
    self = widened_16(UnsafeRawPointer(pointer).loadUnaligned(as: SIMD16<UInt16>.self))
  }
  @_transparent public static var lanes: Int { 16 }
  // 32 registers
  @_transparent public static func tileHeight(_ width: Int) -> Int { width > 3 ? 6 : 8 }
  @_transparent public init(at pointer: FloatPointer) { self = UnsafeRawPointer(pointer).loadUnaligned(as: Self.self) }
  @_transparent public func store(_ pointer: MutableFloatPointer) {
    UnsafeMutableRawPointer(pointer).storeBytes(of: self, as: Self.self)
  }
  @_transparent public func adding(_ a: Self, times b: Self) -> Self { addingProduct(a, b) }
  @_transparent public func clamped(_ low: Float, _ high: Float) -> Self {
    let low = Self(repeating: low)
    let high = Self(repeating: high)
    let raised = replacing(with: low, where: self .< low)
    return raised.replacing(with: high, where: raised .> high)
  }
  @_transparent public func maximum(_ other: Self) -> Self { replacing(with: other, where: other .> self) }
  @_transparent public func keeping(wherePositive other: Self) -> Self {
    Self(repeating: 0).replacing(with: self, where: other .> Self(repeating: 0))
  }
  @_transparent public func roughReciprocalSquareRoot() -> Self {
    let halved = unsafeBitCast(self, to: SIMD16<Int32>.self) &>> SIMD16<Int32>(repeating: 1)
    return unsafeBitCast(SIMD16<Int32>(repeating: 0x5F37_59DF) &- halved, to: Self.self)
  }
  @_transparent public func powerOfTwoFromMagic() -> Self {
    let integers = unsafeBitCast(self, to: SIMD16<Int32>.self)
    let biased = integers &+ SIMD16<Int32>(repeating: 127 - 0x4B40_0000)
    return unsafeBitCast(biased &<< SIMD16<Int32>(repeating: 23), to: Self.self)
  }
  @_transparent public func keeping(below count: Int, from first: Int, else filler: Float) -> Self {
    let positions =
      SIMD16<Int32>(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15)
      &+ SIMD16<Int32>(repeating: Int32(truncatingIfNeeded: first))
    let beyond = positions .>= SIMD16<Int32>(repeating: Int32(truncatingIfNeeded: count))
    return replacing(with: Self(repeating: filler), where: beyond)
  }
  @_transparent public func largestElement() -> Float { lowHalf.maximum(highHalf).largestElement() }
}
