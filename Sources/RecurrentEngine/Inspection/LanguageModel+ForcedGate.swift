internal import KernelTemplates

extension LanguageModel {
  /// The logit for 0 or 1, so large that the gate saturates in `Float`.
  private static let outermostLogit = 100.0

  /// Returns a copy in which a gate has a constant value in all layers, units and time steps.
  ///
  /// The weights of the gate are zero and its bias is the logit of the value, so the copy is a model like any other.
  ///
  /// - Parameters:
  ///   - role: A gate between 0 and 1; see ``GateRole/isShare``.
  ///   - value: The value, from 0 to 1.
  /// - Returns: Nil if the cell has no such gate.
  public func forcing(_ role: GateRole, to value: Double) -> LanguageModel? {
    precondition(role.isShare && (0...1).contains(value), "a gate that is a share has a value from 0 to 1")
    let description = configuration.cell.description
    guard let (groupIndex, gate) = description.place(of: role) else { return nil }
    let logit = min(max(Mathematics.logarithm(value / (1 - value)), -Self.outermostLogit), Self.outermostLogit)
    let copy = LanguageModel(copying: self)
    func set(_ matrix: ParameterLayout.Matrix, _ gates: Range<Int>, to value: Float) {
      guard gates.contains(gate) else { return }
      for row in 0..<matrix.rowCount {
        for unit in 0..<configuration.hiddenSize {
          copy.parameters[matrix.index(row: row, gate: gate - gates.lowerBound, unit: unit)] = value
        }
      }
    }
    let group = description.groups[groupIndex]
    let peephole = description.peephole(of: role)
    for layer in layout.layers {
      set(layer[groupIndex].input, group.inputGates, to: 0)
      set(layer[groupIndex].recurrent, group.recurrentGates, to: 0)
      set(layer[groupIndex].bias, 0..<group.gates.count, to: Float(logit))
      if let peephole {
        let matrix = layer.flatMap(\.peepholes)[peephole]
        copy.parameters[matrix.range].fill(with: 0)
      }
    }
    return copy
  }
}
