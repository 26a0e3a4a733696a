import Testing

@testable import RecurrentEngine

@Suite struct CorpusSplitTests {
  @Test func tailIsHeldOut() throws {
    for (count, fraction, trainCount) in [
      (1_115_394, 0.1, 1_003_854), (10, 0.1, 9), (11, 0.1, 9), (10, 0, 10), (3, 0.5, 1), (0, 0.1, 0), (1, 0.999, 0),
    ] {
      let split = try #require(CorpusSplit(characterCount: count, validationFraction: fraction))
      #expect(split.training == 0..<trainCount)
      #expect(split.validation == trainCount..<count)
    }
  }

  @Test(arguments: [-0.1, 1, 1.5, .nan, .infinity, -.infinity])
  func fractionOutsideTheRangeIsRefused(fraction: Double) {
    #expect(CorpusSplit(characterCount: 10, validationFraction: fraction) == nil)
  }

  @Test func largestCountIsSplit() throws {
    let split = try #require(CorpusSplit(characterCount: 1 << 62, validationFraction: 0.5))
    #expect(split.training.count == 1 << 61)
    #expect(CorpusSplit(characterCount: .max, validationFraction: 0)?.validation.count == 0)
  }
}
