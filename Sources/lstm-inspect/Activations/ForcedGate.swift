internal import CommandLineSupport
internal import RecurrentEngine
internal import ToolSupport

/// A gate whose activation is replaced by a constant.
struct ForcedGate: Equatable, Sendable, CustomStringConvertible {
  var role: GateRole
  var value: Double

  /// Command-line form, such as `forget=0`.
  var description: String { "\(role.rawValue)=\(NumberText.shortest(value))" }
}

extension ForcedGate {
  fileprivate init?(_ text: some StringProtocol) {
    let parts = text.split(separator: "=", omittingEmptySubsequences: false)
    guard parts.count == 2, let role = GateRole(rawValue: String(parts[0])), role.isShare,
      parts[1].utf8.allSatisfy({ "0123456789.eE-".utf8.contains($0) }), let value = Double(parts[1]),
      (0...1).contains(value)
    else { return nil }
    self.init(role: role, value: value)
  }
}

extension ValueFormat where Value == [ForcedGate] {
  static var forcedGates: Self {
    let roles = GateRole.allCases.filter(\.isShare).map(\.rawValue).joined(separator: ", ")
    return Self(
      ValueSyntax(
        name: "GATE=X",
        allowed: "one of \(roles), then = and a number from 0 to 1; several with commas between"),
      parse: { text in
        let parts = text.split(separator: ",", omittingEmptySubsequences: false)
        let gates = parts.compactMap { ForcedGate($0) }
        return gates.count == parts.count ? gates : nil
      },
      describe: { $0.map(\.description).joined(separator: ",") })
  }
}

extension LanguageModel {
  /// - Throws: `ToolError` with status `usage` for a gate that the cell does not have.
  func forcing(_ gates: [ForcedGate]) throws(ToolError) -> LanguageModel {
    var model = self
    for gate in gates {
      guard let forced = model.forcing(gate.role, to: gate.value) else {
        let own = configuration.cell.gates.filter(\.isShare).map(\.rawValue)
        throw ToolError(
          .usage,
          "--force-gate \(gate): \(configuration.cell.title) has no \(gate.role.rawValue) gate; "
            + (own.isEmpty ? "it has no gates, so leave the option out" : "give \(own.joined(separator: ", "))"))
      }
      model = forced
    }
    return model
  }
}
