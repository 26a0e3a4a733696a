internal import RecurrentEngine

/// What a text makes of all units of a model: which track something that has a name, and where the gates stand.
struct UnitSurvey {
  /// How well a state of a unit goes with a feature of the text.
  struct Tracking {
    var unit: UnitName
    var state: UnitActivation
    var feature: TextFeature
    var correlation: Double
  }

  let cell: RecurrentCell
  let layerCount: Int
  let hiddenSize: Int
  /// Nats of all characters that something stands before, and how many these are.
  private(set) var nats = 0.0
  private(set) var scoredCount = 0
  private(set) var histograms: [GateHistogram]
  private var correlations: [[Correlations]]  // (layer, state)
  private var largest: [[[Float]]]  // (layer, state, unit)

  /// Reads a text.
  ///
  /// - Throws: `CorpusError` if it cannot be read any more.
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

  /// The mean cost, in nats per character; not-a-number where there is only one.
  var loss: Double { scoredCount > 0 ? nats / Double(scoredCount) : .nan }

  /// The greatest magnitude of a state of a unit.
  func largest(_ state: UnitActivation, of unit: UnitName) -> Float {
    cell.states.firstIndex(of: state).map { largest[unit.layer][$0][unit.unit] } ?? 1
  }

  /// What each unit tracks best, the best tracking units first.
  var ranking: [Tracking] {
    units.compactMap { unit in TextFeature.allCases.compactMap { best($0, of: unit) }.best(1).first }.best(.max)
  }

  /// The units that track a feature best, the best first.
  func best(_ feature: TextFeature, count: Int) -> [Tracking] { units.compactMap { best(feature, of: $0) }.best(count) }

  private var units: [UnitName] {
    (0..<layerCount).flatMap { layer in (0..<hiddenSize).map { UnitName(layer: layer, unit: $0) } }
  }

  /// In the state that tracks it better.
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
  /// What is carried from step to step, of which units are said to track something: c where there is one, and h.
  var states: [UnitActivation] { activations.filter { $0 == .cell || $0 == .hidden } }
}

extension [UnitSurvey.Tracking] {
  /// Those of the greatest correlations, whatever their signs, the greatest first; of equal ones the first.
  fileprivate func best(_ count: Int) -> [UnitSurvey.Tracking] {
    let sorted = enumerated().sorted {
      let (a, b) = (abs($0.element.correlation), abs($1.element.correlation))
      return a == b ? $0.offset < $1.offset : a > b
    }
    return sorted.prefix(count).map(\.element)
  }
}
