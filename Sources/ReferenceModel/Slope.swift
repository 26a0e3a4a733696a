/// Returns the derivative of a function at 0, by central differences with two step sizes; the error is only about
/// 1e-13.
///
/// - Parameter step: Step size; smaller for functions with more curvature.
package func slope(step: Double = 1e-3, _ f: (Double) -> Double) -> Double {
  (8 * (f(step) - f(-step)) - (f(2 * step) - f(-2 * step))) / (12 * step)
}
