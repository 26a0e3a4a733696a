internal import RecurrentEngine

/// Returns the hidden size with which the parameter count of a model is nearest to a number.
///
/// - Parameter parameterCount: The parameter count of a hidden size, which it grows with.
func hiddenSizeNearest(toParameters wanted: Int, _ parameterCount: (Int) -> Int) -> Int {
  var (low, high) = (1, ModelConfiguration.maximumSize)
  // The first size with at least as many.
  while low < high {
    let middle = (low + high) / 2
    if parameterCount(middle) < wanted { low = middle + 1 } else { high = middle }
  }
  guard low > 1 else { return low }
  return parameterCount(low) - wanted < wanted - parameterCount(low - 1) ? low : low - 1
}
