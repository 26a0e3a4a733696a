/// An element type of a checkpoint's tensors; the raw value is its name in the safetensors format.
package enum SafetensorsElementType: String, Sendable {
  case float32 = "F32"
  case float64 = "F64"
  case int64 = "I64"
  case bfloat16 = "BF16"
  case int8 = "I8"

  package var byteCount: Int {
    switch self {
    case .int8: 1
    case .bfloat16: 2
    case .float32: 4
    case .float64, .int64: 8
    }
  }

  /// Returns the size in bytes of a tensor of a shape, or nil if it does not fit `Int`.
  package func byteCount(ofShape shape: [Int]) -> Int? {
    var total = byteCount
    for extent in shape {
      let (product, overflowed) = total.multipliedReportingOverflow(by: extent)
      if overflowed { return nil }
      total = product
    }
    return total
  }
}

/// A number type that can be stored as a tensor element.
package protocol SafetensorsElement: BitwiseCopyable {
  static var elementType: SafetensorsElementType { get }
}

extension Float: SafetensorsElement {
  package static var elementType: SafetensorsElementType { .float32 }
}

extension Double: SafetensorsElement {
  package static var elementType: SafetensorsElementType { .float64 }
}

extension Int64: SafetensorsElement {
  package static var elementType: SafetensorsElementType { .int64 }
}

extension Int8: SafetensorsElement {
  package static var elementType: SafetensorsElementType { .int8 }
}

/// A float32 without its lower sixteen bits.
package struct BFloat16: SafetensorsElement, Equatable, Sendable {
  package let bitPattern: UInt16

  package init(bitPattern: UInt16) { self.bitPattern = bitPattern }

  /// Rounds a finite number to the nearest finite bfloat16, ties to even.
  package init(_ value: Float) {
    let largest = Float(bitPattern: 0x7F7F_0000)
    let bits = max(-largest, min(largest, value)).bitPattern
    bitPattern = UInt16(truncatingIfNeeded: (bits &+ 0x7FFF &+ (bits >> 16 & 1)) >> 16)
  }

  package static var elementType: SafetensorsElementType { .bfloat16 }
}

extension Float {
  /// Creates a float of the same value.
  package init(_ value: BFloat16) { self.init(bitPattern: UInt32(value.bitPattern) << 16) }
}

#if _endian(big)
#error("Tensors go between memory and file as they are, and the format is little-endian.")
#endif
