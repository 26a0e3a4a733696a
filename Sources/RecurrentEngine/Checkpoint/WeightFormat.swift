internal import Safetensors

/// The number format of a checkpoint's weights.
public enum WeightFormat: String, CaseIterable, Sendable {
  /// 32 bits, the format of training.
  case float32
  /// The upper 16 bits of a float32, rounded to nearest; computed with as float32.
  case bfloat16
  /// 8 bits and one float32 scale for each row of a matrix; products are computed with integers.
  case int8
}

extension WeightFormat {
  static let metadataKey = "weights"

  /// The format version of checkpoints with such weights: programs that know float32 alone refuse others.
  var formatVersion: Int { self == .float32 ? 1 : 2 }

  /// Whether a second bias of zeros, which only PyTorch needs, is left out.
  var canLackSecondBias: Bool { self == .int8 }

  /// Returns the name of the tensor with the scales of a quantized tensor's rows.
  package static func scaleName(of tensor: String) -> String { "\(tensor).scale" }

  /// The number of columns of a matrix with 8-bit weights up to which sums of products of two 8-bit numbers fit 32 bits.
  private static let mostColumns = 131_072

  /// - Throws: `CheckpointError.unsupported`.
  static func checkColumns(_ count: Int, path: String) throws(CheckpointError) {
    guard count <= mostColumns else {
      throw .unsupported(path: path, .quantizedColumns(count, limit: mostColumns))
    }
  }

  /// Returns the tensors of a checkpoint that hold a tensor of the model. Only matrices are rounded.
  ///
  /// - Parameter scales: The scales of the tensor's rows, if its elements are already products of 8-bit numbers and these.
  func safetensors(
    of tensor: PyTorchTensor, in parameters: FloatBuffer, scales: [Float]?
  ) -> [SafetensorsTensor] {
    guard tensor.isProductMatrix else {
      let isNeeded =
        !canLackSecondBias || !tensor.isSecondBias || tensor.elements(from: parameters).contains { $0 != 0 }
      return isNeeded ? [tensor.safetensor(of: parameters)] : []
    }
    switch self {
    case .float32: return [tensor.safetensor(of: parameters)]
    case .bfloat16:
      return [
        SafetensorsTensor(
          tensor.name, shape: tensor.shape, values: tensor.elements(from: parameters).map { BFloat16($0) })
      ]
    case .int8:
      let elements = tensor.elements(from: parameters)
      let quantized = QuantizedTensor(elements, rowLength: tensor.shape[1], scales: scales)
      return [
        SafetensorsTensor(tensor.name, shape: tensor.shape, values: quantized.numbers),
        SafetensorsTensor(
          Self.scaleName(of: tensor.name), shape: [tensor.shape[0]], values: quantized.scales),
      ]
    }
  }
}
