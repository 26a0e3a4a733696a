import CommandLineSupport
import Foundation
import Testing

@Suite struct NumberTextTests {
  @Test(arguments: [(1.0, "1"), (0.002, "0.002"), (-2.5, "-2.5"), (1e-8, "1e-08"), (0, "0"), (100, "100")])
  func shortest(value: Double, text: String) {
    #expect(NumberText.shortest(value) == text)
    #expect(Double(text) == value)
  }

  @Test func shortestOfASingle() { #expect(NumberText.shortest(Float(0.1)) == "0.1") }

  @Test(arguments: [
    (1.0, "1"), (0.0123456789, "0.0123457"), (-1.23456789e-12, "-1.23457e-12"), (99999.96, "100000"), (0, "0"),
    (123456.4, "123456"), (9.999999e200, "1e+201"), (.infinity, "inf"),
  ])
  func significant(value: Double, text: String) { #expect(NumberText.significant(value, digits: 6) == text) }

  private func expectLikePrintf(_ value: Double, _ decimals: Int) {
    #expect(
      NumberText.fixed(value, decimals: decimals) == String(format: "%.\(decimals)f", value),
      "\(value.debugDescription) with \(decimals) decimals")
  }

  @Test func fixedAgreesWithPrintfOnAnyBitPattern() {
    var generator = SystemRandomNumberGenerator()
    for _ in 0..<3000 {
      let value = Double(bitPattern: generator.next())
      if value.isFinite { expectLikePrintf(value, .random(in: 0...17)) }
    }
  }

  @Test func fixedAgreesWithPrintfOnUsualMagnitudes() {
    for _ in 0..<10_000 {
      let magnitude = pow(10, Double.random(in: -9...18))
      expectLikePrintf(.random(in: -magnitude...magnitude), .random(in: 0...17))
    }
  }

  @Test func fixedAgreesWithPrintfOnTiesAndEdges() {
    for decimals in 0...17 {
      for numerator in -40...40 {
        expectLikePrintf(Double(numerator) / 8, decimals)
        expectLikePrintf(Double(numerator) / 32, decimals)
      }
      let edges: [Double] = [
        0, .leastNonzeroMagnitude, .leastNormalMagnitude, .ulpOfOne, 0.9999995, 9.5, 0x1p52, 0x1p53, 0x1p54, 0x1.8p63,
        0x1p64, 1e22, 1e23, 0x1p127, 0x1p128, .greatestFiniteMagnitude, 0x1.fffffffffffffp52, 0x1.fffffffffffffp51,
      ]
      for edge in edges {
        for value in [edge, edge.nextUp, edge.nextDown] where value.isFinite {
          expectLikePrintf(value, decimals)
          expectLikePrintf(-value, decimals)
        }
      }
    }
  }

  @Test func fixedOfNaNAndInfinity() {
    #expect(NumberText.fixed(.nan, decimals: 6) == "nan")
    #expect(NumberText.fixed(-.nan, decimals: 6) == "nan")
    #expect(NumberText.fixed(.infinity, decimals: 6) == "inf")
    #expect(NumberText.fixed(-.infinity, decimals: 0) == "-inf")
  }

  @Test func fixedBoundsItsDecimals() {
    #expect(NumberText.fixed(1.5, decimals: -3) == "2")
    #expect(NumberText.fixed(0.5, decimals: 99) == "0.50000000000000000")
  }

  @Test(arguments: [
    (0, "0"), (7, "7"), (999, "999"), (1000, "1,000"), (1_115_394, "1,115,394"), (-100, "-100"), (-1000, "-1,000"),
    (Int.max, "9,223,372,036,854,775,807"), (Int.min, "-9,223,372,036,854,775,808"),
  ]) func grouped(value: Int, expected: String) {
    #expect(NumberText.grouped(value) == expected)
  }

  @Test(arguments: [
    (0, "0 B"), (999, "999 B"), (1000, "1.0 kB"), (1049, "1.0 kB"), (1050, "1.1 kB"), (999_949, "999.9 kB"),
    (999_950, "1.0 MB"), (12_345_678, "12.3 MB"), (2_000_000_000, "2.0 GB"), (-1500, "-1.5 kB"),
    (Int.max, "9.2 EB"), (Int.min, "-9.2 EB"),
  ]) func byteSizes(count: Int, expected: String) {
    #expect(NumberText.byteSize(count) == expected)
  }

  @Test(
    arguments: [
      (0, "0.0 s"), (4.24, "4.2 s"), (9.94, "9.9 s"), (9.96, "10 s"), (38, "38 s"), (59.4, "59 s"),
      (59.6, "1 min 00 s"),
      (125, "2 min 05 s"), (3599.4, "59 min 59 s"), (3599.6, "1 h 00 min"), (3720, "1 h 02 min"), (86_399, "1 d 00 h"),
      (86_400 * 3 + 3600 * 4, "3 d 04 h"), (1e11, "1157407 d 10 h"), (1e12, "?"), (-1, "?"), (.infinity, "?"),
      (.nan, "?"),
    ] as [(Double, String)]) func durations(seconds: Double, expected: String)
  {
    #expect(NumberText.duration(seconds: seconds) == expected)
  }

  @Test(
    arguments: [
      (0, "0.0 steps/s"), (0.54, "0.5 steps/s"), (99.94, "99.9 steps/s"), (99.96, "100 steps/s"),
      (184_311.6, "184,312 steps/s"), (.infinity, "? steps/s"), (.nan, "? steps/s"),
    ] as [(Double, String)]) func rates(perSecond: Double, expected: String)
  {
    #expect(NumberText.rate(perSecond, unit: "steps") == expected)
  }

  @Test func countedNounsAgreeWithTheirNumber() {
    #expect(NumberText.counted(0, "step") == "0 steps")
    #expect(NumberText.counted(1, "step") == "1 step")
    #expect(NumberText.counted(1200, "step") == "1,200 steps")
    #expect(NumberText.plain(1200, "step") == "1200 steps" && NumberText.plain(1, "step") == "1 step")
  }
}
