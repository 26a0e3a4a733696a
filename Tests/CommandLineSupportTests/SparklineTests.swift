import CommandLineSupport
import Testing

@Suite struct SparklineTests {
  private func sparkline(_ values: some Sequence<Double>) -> Sparkline {
    var sparkline = Sparkline()
    for value in values { sparkline.append(value) }
    return sparkline
  }

  @Test func barsAreBetweenTheLeastAndTheGreatest() {
    #expect(sparkline((0..<8).map(Double.init)).text(columns: 8) == "▁▂▃▄▅▆▇█")
    #expect(sparkline([3, 1, 2]).text(columns: 8) == "█▁▅")
    #expect(sparkline([5, 5, 5]).text(columns: 2) == "▁▁")
    // Two values per bar.
    #expect(sparkline([9, 7, 1, 1]).text(columns: 2) == "█▁")
  }

  @Test func nothingToShow() {
    #expect(sparkline([]).text(columns: 8).isEmpty)
    #expect(sparkline([1]).text(columns: 8).isEmpty)
    #expect(sparkline([1, 2]).text(columns: 0).isEmpty)
    #expect(sparkline([1, .nan, .infinity]).text(columns: 8).isEmpty)
  }

  /// The line shows the whole course of any number of values.
  @Test(arguments: [64, 65, 128, 1000, 100_000])
  func theWholeCourse(count: Int) {
    let falling = sparkline((0..<count).map { -Double($0) }).text(columns: 8)
    #expect(falling == "█▇▆▅▄▃▂▁")
    let fallsAtTheStart = sparkline((0..<count).map { $0 < count / 2 ? 1 : 0 }).text(columns: 4)
    #expect(fallsAtTheStart.hasPrefix("██") && fallsAtTheStart.hasSuffix("▁"))
  }
}
