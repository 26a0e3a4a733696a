package import KernelTemplates
internal import Safetensors

extension LanguageModel {
  /// Returns a model with the weights of this one in a number format; it cannot be trained unless that is float32.
  ///
  /// - Throws: `KernelSelectionError` if the environment requests kernels that are not available.
  public func rounded(to weights: WeightFormat) throws(KernelSelectionError) -> LanguageModel {
    try rounded(to: weights, kernels: nil)
  }

  /// - Parameters:
  ///   - kernels: The kernels for the number format; nil for those of this process.
  ///   - servesAnySize: Whether bfloat16 numbers are read even if the floats fit a cache.
  package func rounded(
    to weights: WeightFormat, kernels: KernelSet?, servesAnySize: Bool = false
  ) throws(KernelSelectionError) -> LanguageModel {
    let floats = LanguageModel(copying: self)
    guard weights != .float32 else { return floats }
    floats.parameters.fill(with: 0)
    var scales: [String: [Float]] = [:]
    for tensor in layout.pyTorchTensors {
      let elements = tensor.elements(from: parameters)
      guard tensor.isProductMatrix else {
        tensor.add(elements, to: floats.parameters)
        continue
      }
      if weights == .int8 {
        let quantized = QuantizedTensor(elements, rowLength: tensor.shape[1])
        scales[tensor.name] = quantized.scales
        tensor.add(quantized.floats, to: floats.parameters)
      } else {
        tensor.add(elements.map { Float(BFloat16($0)) }, to: floats.parameters)
      }
    }
    return try LanguageModel(
      floats, weights == .int8 ? .int8(scales: scales) : .bfloat16, kernels: kernels, servesAnySize: servesAnySize)
  }
}
