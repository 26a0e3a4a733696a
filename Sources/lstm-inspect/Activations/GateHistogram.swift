internal import RecurrentEngine

/// How often a gate of a layer has which values, over all units and a text.
struct GateHistogram {
  static let binCount = 10

  var layer: Int
  var role: GateRole
  private(set) var bins = [Int](repeating: 0, count: binCount)
  private var count = 0

  init(layer: Int, role: GateRole) {
    self.layer = layer
    self.role = role
  }

  mutating func add(_ values: [Float]) {
    for value in values {
      // Of a model that diverged, no bin has what is no number.
      guard value >= 0, value <= 1 else { continue }
      // A forced gate is its value but for rounding.
      bins[min(Int(value * Float(Self.binCount) + 1e-5), Self.binCount - 1)] += 1
      count += 1
    }
  }

  /// The share of each bin.
  var shares: [Double] { bins.map { Double($0) / Double(max(count, 1)) } }
  /// How much is nearly closed, below 0.1.
  var closedShare: Double { shares[0] }
  /// How much is nearly open, from 0.9 up.
  var openShare: Double { shares[Self.binCount - 1] }
}
