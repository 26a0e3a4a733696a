import Testing

@testable import Plotting

struct TicksTests {
  @Test(arguments: [
    (0.0...1.0, ["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"]),
    (1.48...4.1, ["1.5", "2.0", "2.5", "3.0", "3.5", "4.0"]),
    (0...1608, ["0", "200", "400", "600", "800", "1,000", "1,200", "1,400", "1,600"]),
    (0...62_000, ["0", "10k", "20k", "30k", "40k", "50k", "60k"]),
    (0...1_100_000, ["0", "0.2M", "0.4M", "0.6M", "0.8M", "1M"]),
    (-3...4, ["-3", "-2", "-1", "0", "1", "2", "3", "4"]),
    (0.0012...0.0019, ["0.0012", "0.0013", "0.0014", "0.0015", "0.0016", "0.0017", "0.0018", "0.0019"]),
  ])
  func roundNumbersAtEqualDistances(range: ClosedRange<Double>, labels: [String]) {
    #expect(Ticks(in: range, scale: .linear, count: 7).labels == labels)
  }

  @Test(arguments: [
    (1.0...1000.0, ["1", "2", "5", "10", "20", "50", "100", "200", "500", "1,000"]),
    (0.03...40, ["0.05", "0.1", "0.2", "0.5", "1", "2", "5", "10", "20"]),
    (1e-6...1e6, ["1e-06", "0.0001", "0.01", "1", "100", "10k", "1M"]),
    (1e-14...1, ["1e-12", "1e-09", "1e-06", "0.001", "1"]),
    // Within a decade, 1, 2 and 5 would leave large gaps.
    (1.5...4, ["1.5", "2.0", "2.5", "3.0", "3.5", "4.0"]),
  ])
  func powersOfTen(range: ClosedRange<Double>, labels: [String]) {
    #expect(Ticks(in: range, scale: .logarithmic, count: 7).labels == labels)
  }

  @Test func ticksOfAnyRangeAreFewAndInside() {
    var bound = 1e-9
    while bound < 1e15 {
      for factor in [1.000_01, 1.3, 2, 7, 11, 13, 1e3, 1e9] {
        let range = bound...bound * factor
        for scale in [Scale.linear, .logarithmic] {
          let ticks = Ticks(in: range, scale: scale, count: 7)
          #expect((1...15).contains(ticks.values.count), "\(range) \(scale)")
          #expect(ticks.labels.count == ticks.values.count)
          #expect(zip(ticks.values, ticks.values.dropFirst()).allSatisfy { $0 < $1 })
          let tolerance = bound * factor * 1e-12
          #expect(ticks.values.allSatisfy { $0 >= bound - tolerance && $0 <= bound * factor + tolerance })
        }
      }
      bound *= 3.7
    }
  }
}
