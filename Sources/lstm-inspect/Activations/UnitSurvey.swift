internal import RecurrentEngine

/// Statistics of a model on a text: correlations of all units with text features, and histograms of the gates.
struct UnitSurvey {
  /// Correlation of a state of a unit with a text feature.
  struct Tracking {
    var unit: UnitName
    var state: UnitActivation
    var feature: TextFeature
    var correlation: Double
  }

  let cell: RecurrentCell
  let layerCount: Int
  let hiddenSize: Int
  /// Total loss in nats of the `scoredCount` characters that have a predecessor.
  private(set) var nats = 0.0
  private(set) var scoredCount = 0
  private(set) var histograms: [GateHistogram]
  private var correlations: [[Correlations]]  // (layer, state)
  private var largest: [[[Float]]]  // (layer, state, unit)

  /// - Throws: `CorpusError` if the text can no longer be read.
  init(_ model: LanguageModel, _ text: ActivationText) throws(CorpusError) {
    cell = model.configuration.cell
    layerCount = model.configuration.layerCount
    hiddenSize = model.configuration.hiddenSize
    let states = cell.states
    let gates = cell.gates.filter(\.isShare)
    histograms = (0..<model.configuration.layerCount).flatMap { layer in
      gates.map { GateHistogram(layer: layer, role: $0) }
    }
    let empty = Correlations(unitCount: hiddenSize, featureCount: TextFeature.allCases.count)
    correlations = Array(repeating: states.map { _ in empty }, count: layerCount)
    let zeros = [Float](repeating: 0, count: hiddenSize)
    largest = Array(repeating: states.map { _ in zeros }, count: layerCount)

    let pass = try text.makePass(model)
    var reader = TextFeatureReader()
    while try pass.next() {
      for index in pass.characters {
        if let cost = pass.cost(at: index) {
          nats += Double(cost)
          scoredCount += 1
        }
        let features = reader.next(text.character(pass.id(at: index)))
        for layer in 0..<layerCount {
          for (position, state) in states.enumerated() {
            let values = pass.values(state, layer: layer, at: index)
            correlations[layer][position].add(values, features: features)
            for (unit, value) in values.enumerated() {
              largest[layer][position][unit] = max(largest[layer][position][unit], abs(value))
            }
          }
          for (position, role) in gates.enumerated() {
            histograms[layer * gates.count + position].add(pass.values(.gate(role), layer: layer, at: index))
          }
        }
      }
    }
  }

  /// Mean loss, in nats per character; NaN if no character is scored.
  var loss: Double { scoredCount > 0 ? nats / Double(scoredCount) : .nan }

  /// Returns the largest magnitude of a state of a unit.
  func largest(_ state: UnitActivation, of unit: UnitName) -> Float {
    cell.states.firstIndex(of: state).map { largest[unit.layer][$0][unit.unit] } ?? 1
  }

  /// Strongest correlation of each unit, in descending order of magnitude.
  var ranking: [Tracking] {
    units.compactMap { unit in TextFeature.allCases.compactMap { best($0, of: unit) }.best(1).first }.best(.max)
  }

  /// Returns the strongest correlations of units with a feature, in descending order of magnitude.
  func best(_ feature: TextFeature, count: Int) -> [Tracking] { units.compactMap { best(feature, of: $0) }.best(count) }

  private var units: [UnitName] {
    (0..<layerCount).flatMap { layer in (0..<hiddenSize).map { UnitName(layer: layer, unit: $0) } }
  }

  /// Returns the correlation of a unit with a feature, of the state with the larger magnitude; nil if undefined.
  private func best(_ feature: TextFeature, of unit: UnitName) -> Tracking? {
    let index = TextFeature.allCases.firstIndex(of: feature) ?? 0
    return cell.states.enumerated().compactMap { position, state in
      correlations[unit.layer][position].correlation(unit: unit.unit, feature: index).map {
        Tracking(unit: unit, state: state, feature: feature, correlation: $0)
      }
    }.best(1).first
  }
}

extension RecurrentCell {
  /// Recurrent states, which are correlated with the text features: c if the cell has one, and h.
  var states: [UnitActivation] { activations.filter { $0 == .cell || $0 == .hidden } }
}

extension [UnitSurvey.Tracking] {
  /// Returns the correlations of largest magnitude, in descending order; ties keep their order.
  fileprivate func best(_ count: Int) -> [UnitSurvey.Tracking] {
    let sorted = enumerated().sorted {
      let (a, b) = (abs($0.element.correlation), abs($1.element.correlation))
      return a == b ? $0.offset < $1.offset : a > b
    }
    return sorted.prefix(count).map(\.element)
  }
}
