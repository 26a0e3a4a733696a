/// An element type of a checkpoint's tensors; the raw value is its name in the safetensors format.
package enum SafetensorsElementType: String, Sendable {
  case float32 = "F32"
  case float64 = "F64"
  case int64 = "I64"

  package var byteCount: Int {
    switch self {
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

#if _endian(big)
#error("Tensors go between memory and file as they are, and the format is little-endian.")
#endif
