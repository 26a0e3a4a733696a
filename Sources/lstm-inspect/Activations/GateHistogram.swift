internal import RecurrentEngine

/// Histogram of the activations of a gate of a layer, over all units and all characters of a text.
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
      // A diverged model has NaN activations, which belong to no bin.
      guard value >= 0, value <= 1 else { continue }
      // Rounding can leave the activation of a forced gate slightly below its value, at the edge of a bin.
      bins[min(Int(value * Float(Self.binCount) + 1e-5), Self.binCount - 1)] += 1
      count += 1
    }
  }

  /// Share of the activations in each bin.
  var shares: [Double] { bins.map { Double($0) / Double(max(count, 1)) } }
  /// Share of the activations below 0.1, where the gate is nearly closed.
  var closedShare: Double { shares[0] }
  /// Share of the activations of at least 0.9, where the gate is nearly open.
  var openShare: Double { shares[Self.binCount - 1] }
}
