internal import RecurrentEngine

/// One activation of a unit at each character of a text, quantized to bytes.
struct ActivationTrack {
  var name: String
  /// Values that the bytes −127 and 127 represent.
  var range: ClosedRange<Float>
  private(set) var bytes: [Int8] = []

  init(name: String, range: ClosedRange<Float>, capacity: Int) {
    self.name = name
    self.range = range
    bytes.reserveCapacity(capacity)
  }

  mutating func append(_ value: Float) {
    let fraction = (value - range.lowerBound) / (range.upperBound - range.lowerBound)
    bytes.append(Int8(min(max(fraction.isFinite ? fraction * 254 : 127, 0), 254).rounded() - 127))
  }
}

struct ActivationTracks {
  struct Unit {
    var name: UnitName
    fileprivate var activations: [UnitActivation]
    var tracks: [ActivationTrack]
  }

  private(set) var units: [Unit]
  private(set) var characters: [String] = []

  /// - Parameters:
  ///   - whole: Units with all activations recorded.
  ///   - states: Units with c and h alone recorded, in the order after `whole`.
  /// - Throws: `CorpusError` if the text can no longer be read.
  init(
    _ model: LanguageModel, _ text: ActivationText, _ survey: UnitSurvey, whole: [UnitName], states: [UnitName]
  ) throws(CorpusError) {
    let cell = model.configuration.cell
    func makeUnit(_ name: UnitName, _ activations: [UnitActivation]) -> Unit {
      Unit(
        name: name, activations: activations,
        tracks: activations.map { activation in
          ActivationTrack(
            name: activation.name, range: survey.range(of: activation, name),
            capacity: text.characterCount)
        })
    }
    let stateOrder = cell.states
    let rest = cell.activations.filter { !stateOrder.contains($0) }
    units = whole.map { makeUnit($0, stateOrder + rest) } + states.map { makeUnit($0, stateOrder) }
    let shown = cell.activations

    let pass = try text.makePass(model)
    while try pass.next() {
      for index in pass.characters {
        characters.append(text.character(pass.id(at: index)))
        let values = (0..<model.configuration.layerCount).map { layer in
          shown.map { pass.values($0, layer: layer, at: index) }
        }
        for unit in units.indices {
          let name = units[unit].name
          for (track, activation) in units[unit].activations.enumerated() {
            guard let position = shown.firstIndex(of: activation) else { continue }
            units[unit].tracks[track].append(values[name.layer][position][name.unit])
          }
        }
      }
    }
  }

  /// Returns the number of units that fit into a page, besides those with all activations recorded.
  static func mostUnits(_ cell: RecurrentCell, characterCount: Int) -> Int {
    // Base64 encodes three bytes in four.
    let bytesOfUnit = cell.states.count * (characterCount + 2) / 3 * 4 + 200
    return pageBytes / bytesOfUnit
  }

  private static let pageBytes = 14_000_000
}

extension UnitSurvey {
  /// Returns the range of an activation: 0…1 of gates, −1…1 of candidates, ± the text's largest magnitude of c and h.
  func range(of activation: UnitActivation, _ unit: UnitName) -> ClosedRange<Float> {
    switch activation {
    case .gate(let role): return role.isShare ? 0...1 : -1...1
    case .hidden, .cell:
      let largest = largest(activation, of: unit)
      return largest.isFinite && largest > 0 ? -largest...largest : -1...1
    }
  }
}
