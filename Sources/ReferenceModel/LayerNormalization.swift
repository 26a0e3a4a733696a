// swift-format-ignore-file: AlwaysUseLowerCamelCase, IdentifiersMustBeASCII
// Names are those of the equations.

// Layer normalization (Ba, Kiros and Hinton 2016): the numbers of a vector are shifted and scaled so that their mean is 0
// and their variance 1, whatever W does to their size.
//
//     N(v) = (v − μ) / √(σ² + ε)    with μ and σ² the mean and the variance of the elements of v

private let ε = 1e-5

func N(_ v: Vector) -> Vector {
  let centered = v.map { $0 - mean(v) }
  return centered.map { $0 / (mean(centered ∘ centered) + ε).squareRoot() }
}

/// ∂L/∂v, where e is ∂L/∂N(v).
///
///     ∂L/∂v = (e − mean(e) − n mean(e∘n)) / √(σ² + ε)    with n = N(v)
func dN(_ v: Vector, _ e: Vector) -> Vector {
  let n = N(v)
  let centered = v.map { $0 - mean(v) }
  let deviation = (mean(centered ∘ centered) + ε).squareRoot()
  return (e.map { $0 - mean(e) } - mean(e ∘ n) * n).map { $0 / deviation }
}

private func mean(_ v: Vector) -> Double {
  v.values.reduce(0, +) / Double(v.count)
}

extension ReferenceCell {
  /// Takes δ = ∂L/∂(g∘N(xW)) to ∂L/∂x, and adds to ∂L/∂g and ∂L/∂W. The same holds of h′ and U.
  func back(
    _ δ: Vector, _ x: CellInput, _ weights: WritableKeyPath<Self, Matrix>, _ gain: WritableKeyPath<Self, Vector>,
    addingTo gradient: inout Self
  ) -> Vector {
    let W = self[keyPath: weights]
    let v = x * W
    let dg = δ ∘ N(v)
    gradient[keyPath: gain] += dg
    let dv = dN(v, self[keyPath: gain] ∘ δ)
    gradient[keyPath: weights] += outer(x, dv)
    return dv * W.transposed
  }
}
