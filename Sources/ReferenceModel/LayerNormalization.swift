// swift-format-ignore-file: AlwaysUseLowerCamelCase, IdentifiersMustBeASCII
// Names are those of the equations.

// Layer normalization (Ba, Kiros and Hinton 2016): the elements of a vector are shifted and scaled to mean 0 and
// variance 1, whatever the scale of W.
//
//     N(v) = (v − μ) / √(σ² + ε)    with μ and σ² the mean and the variance of the elements of v

private let ε = 1e-5

func N(_ v: Vector) -> Vector {
  let centered = v.map { $0 - mean(v) }
  return centered.map { $0 / (mean(centered ∘ centered) + ε).squareRoot() }
}

/// Returns ∂L/∂v, where e is ∂L/∂N(v).
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
  /// Returns ∂L/∂x for δ = ∂L/∂(g∘N(xW)), and adds to ∂L/∂g and ∂L/∂W. The same applies to h′ and U.
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
