// swift-format-ignore-file: AlwaysUseLowerCamelCase, IdentifiersMustBeASCII
// Names are those of the equations.

extension ReferenceCell {
  /// Returns the pre-activation a = xW + h′U + b of one gate, or a = gW∘N(xW) + gU∘N(h′U) + b if the gate has gains.
  func sum(_ gate: Gate<Self>, _ x: CellInput, _ h: Vector) -> Vector {
    let (xW, hU) = (x * self[keyPath: gate.W], h * self[keyPath: gate.U])
    guard let gains = gate.gains else { return xW + hU + self[keyPath: gate.b] }
    return self[keyPath: gains.gW] ∘ N(xW) + self[keyPath: gains.gU] ∘ N(hU) + self[keyPath: gate.b]
  }

  /// Returns ∂L/∂x and ∂L/∂h′ for δ = ∂L/∂a of one gate, and adds to the gradients of its parameters.
  func back(
    _ δ: Vector, _ gate: Gate<Self>, _ x: CellInput, _ h: Vector, addingTo gradient: inout Self
  ) -> (dx: Vector, dh: Vector) {
    gradient[keyPath: gate.b] += δ
    guard let gains = gate.gains else {
      gradient[keyPath: gate.W] += outer(x, δ)
      gradient[keyPath: gate.U] += outer(h, δ)
      return (δ * self[keyPath: gate.W].transposed, δ * self[keyPath: gate.U].transposed)
    }
    return (
      back(δ, x, gate.W, gains.gW, addingTo: &gradient), back(δ, .vector(h), gate.U, gains.gU, addingTo: &gradient)
    )
  }
}
