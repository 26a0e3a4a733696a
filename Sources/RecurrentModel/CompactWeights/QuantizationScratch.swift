internal import KernelTemplates

/// Memory for the rows of a pass as 8-bit numbers.
///
/// Threads that divide the rows share it; threads that divide the units each have their own, since all of them round the
/// same rows: that takes less time than waiting for each other.
final class QuantizationScratch: Sendable {
  private let numbers: Buffer<Int8>  // (row, term)
  private let scales: FloatBuffer  // (row)
  private let stride: Int

  init(_ configuration: ModelConfiguration, rows: Int) {
    stride = max(configuration.stateStride, configuration.inputStride(ofLayer: 0))
    numbers = Buffer(count: rows * stride)
    scales = FloatBuffer(count: rows)
  }

  /// - Parameter count: The number of rows from `first` on.
  func rows(from first: Int, count: Int) -> QuantizedRows {
    QuantizedRows(
      numbers: numbers.pointer(at: first * stride, count: count * stride), stride: stride,
      scales: scales.pointer(at: first, count: count))
  }
}
