internal import KernelTemplates

extension LanguageModel {
  /// The logit that stands for 0 or 1: so far out, no `Float` tells the gate from them.
  private static let outermostLogit = 100.0

  /// A copy in which a gate has one value in all layers, at all units and steps: its weights are zero, and its bias is
  /// the logit of the value. So nothing that computes with a model need know of it.
  ///
  /// - Parameters:
  ///   - role: A gate that is a share; see ``GateRole/isShare``.
  ///   - value: From 0 to 1.
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
