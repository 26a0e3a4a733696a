import Testing

@testable import lstm_fuzz

/// Tests of texts with random changes against the standard library. `lstm-fuzz utf8` tries many more.
@Suite struct TextMutationTests {
  @Test(arguments: 1...4)
  func randomMutations(seed: UInt64) throws {
    var fuzzer = Fuzzer(TextTarget(), seed: seed)
    try fuzzer.run(count: 750)
    for stop in ["exhausted", "malformed", "clusterTooLong"] {
      #expect(fuzzer.outcomes.contains { $0.contains(stop) }, "\(stop)")
    }
  }
}
