internal import CommandLineSupport

/// Identifier of a hidden unit: its layer and its index, both from 0.
struct UnitName: Hashable, Sendable, CustomStringConvertible {
  var layer: Int
  var unit: Int

  /// Command-line form, such as `1:17`.
  var description: String { "\(layer):\(unit)" }
}

extension UnitName {
  init?(_ text: some StringProtocol) {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 2, parts.allSatisfy({ !$0.isEmpty && $0.utf8.allSatisfy { (0x30...0x39).contains($0) } }),
      let layer = Int(parts[0]), let unit = Int(parts[1])
    else { return nil }
    self.init(layer: layer, unit: unit)
  }
}

extension ValueFormat where Value == [UnitName] {
  static var units: Self {
    Self(
      ValueSyntax(name: "LIST", allowed: "units as layer:unit with commas between, such as 0:17,1:40"),
      parse: { text in
        let parts = text.split(separator: ",", omittingEmptySubsequences: false)
        let units = parts.compactMap { UnitName($0) }
        return units.count == parts.count ? units : nil
      },
      describe: { $0.map(\.description).joined(separator: ",") })
  }
}
