internal import RecurrentEngine

/// The hidden size with which a model has as nearly as possible a given number of parameters.
///
/// - Parameter parameterCount: Of a hidden size; it grows with it.
func hiddenSize(forParameters wanted: Int, _ parameterCount: (Int) -> Int) -> Int {
  var (low, high) = (1, ModelConfiguration.maximumSize)
  // The first size with at least as many.
  while low < high {
    let middle = (low + high) / 2
    if parameterCount(middle) < wanted { low = middle + 1 } else { high = middle }
  }
  guard low > 1 else { return low }
  return parameterCount(low) - wanted < wanted - parameterCount(low - 1) ? low : low - 1
}
