internal import RecurrentEngine

/// Returns the hidden size whose parameter count is nearest to a number.
///
/// - Parameter parameterCount: Returns the parameter count for a hidden size. The function must be increasing.
func hiddenSizeNearest(toParameters wanted: Int, _ parameterCount: (Int) -> Int) -> Int {
  var (low, high) = (1, ModelConfiguration.maximumSize)
  // Finds the smallest size with at least the wanted number of parameters.
  while low < high {
    let middle = (low + high) / 2
    if parameterCount(middle) < wanted { low = middle + 1 } else { high = middle }
  }
  guard low > 1 else { return low }
  return parameterCount(low) - wanted < wanted - parameterCount(low - 1) ? low : low - 1
}
