import Testing

@testable import RandomNumbers
@testable import RecurrentEngine
@testable import RecurrentModel
@testable import Safetensors
@testable import SystemCalls
@testable import TextCorpus

@Suite struct CorpusSplitTests {
  private func split(_ count: Int, validation: Double, test: Double = 0) -> CorpusSplit {
    CorpusSplit([0..<count], HeldOutFractions(validation: validation, test: test))
  }

  @Test func tailIsHeldOut() throws {
    for (count, fraction, trainCount) in [
      (1_115_394, 0.1, 1_003_854), (10, 0.1, 9), (11, 0.1, 9), (10, 0, 10), (3, 0.5, 1), (0, 0.1, 0), (1, 0.999, 0),
    ] {
      let split = split(count, validation: fraction)
      #expect(split.training == .characters([0..<trainCount]))
      #expect(split.validation == .characters([trainCount..<count]))
      #expect(split.test.isEmpty)
    }
  }

  @Test func largestCountIsSplit() throws {
    #expect(split(1 << 62, validation: 0.5).training.count == 1 << 61)
    #expect(split(.max, validation: 0).validation.isEmpty)
  }

  @Test func theTestIsBehindTheValidation() {
    for count in [0, 1, 7, 100, 12_345] {
      let split = split(count, validation: 0.2, test: 0.3)
      guard case .characters(let training) = split.training, case .characters(let validation) = split.validation,
        case .characters(let test) = split.test
      else {
        Issue.record("no characters")
        return
      }
      #expect(training[0].lowerBound == 0 && test[0].upperBound == count)
      #expect(training[0].upperBound == validation[0].lowerBound && validation[0].upperBound == test[0].lowerBound)
      #expect(abs(Double(training[0].count) - 0.5 * Double(count)) <= 1)
      #expect(abs(Double(test[0].count) - 0.3 * Double(count)) <= 1)
    }
  }

  @Test func theEndOfEachStreamIsHeldOut() throws {
    let corpus = try Corpus(sources: [.text(String(repeating: "abcdefghij", count: 101))])
    var asked = TrainingConfiguration(batchSize: 7, chunkLength: 20, validationFraction: 0.1)
    asked.division.split = .interleaved
    let (configuration, split) = try asked.fitted(to: corpus)
    #expect(configuration == asked)
    guard case .characters(let training) = split.training, case .characters(let validation) = split.validation else {
      Issue.record("no characters")
      return
    }
    for (row, stream) in (0..<1_010).divided(into: 7).enumerated() {
      #expect(training[row].lowerBound == stream.lowerBound && validation[row].upperBound == stream.upperBound)
      #expect(training[row].upperBound == validation[row].lowerBound)
      #expect(validation[row].count == 15)
    }
    // A short text is split into fewer streams, each with a held-out end.
    asked.batchSize = 100
    let (fewer, ends) = try asked.fitted(to: corpus)
    #expect(fewer.batchSize == 43)
    guard case .characters(let ranges) = ends.validation else { return }
    #expect(ranges.count == 43)
  }

  @Test func theHeldOutEndsAreEvaluatedSeparately() throws {
    let corpus = try Corpus(sources: [.text(String(repeating: "abcdefghij", count: 400))])
    let ranges = [100..<103, 200..<201, 300..<1_900, 3_000..<3_002]
    let streams = try ValidationStreams(corpus: corpus, part: .characters(ranges), chunkLength: 30)
    // Ranges that are long enough are split.
    #expect(streams.batchSize == 1 + 1 + 3 + 1)
    #expect(streams.countedCharacters == 2 + 0 + 1_599 + 1)
    var counted = 0
    var chunk = Chunk()
    while try streams.next(into: &chunk) { counted += chunk.countedCharacters }
    #expect(counted == streams.countedCharacters)
  }

  @Test func linesAreChosenAtRandom() throws {
    let lines = (0..<1_000).map { 10 * $0 }
    let shares = HeldOutFractions(validation: 0.1, test: 0.05)
    var heldOut: Set<[Int]> = []
    for seed in 0..<3 as Range<UInt64> {
      for count in [nil, 1, 300] {
        let split = CorpusSplit(records: lines, shares, validationCount: count, seed: seed)
        #expect(split == CorpusSplit(records: lines, shares, validationCount: count, seed: seed))
        guard case .records(let training) = split.training, case .records(let validation) = split.validation,
          case .records(let test) = split.test
        else {
          Issue.record("no lines")
          return
        }
        #expect((training + validation + test).sorted() == lines)
        #expect([training, validation, test].allSatisfy { $0 == $0.sorted() })
        #expect(validation.count == count ?? 100 && test.count == 50)
        // The choice covers the whole text: of 300 lines some in each tenth.
        if count == 300 { #expect(Set(validation.map { $0 / 1_000 }).count == 10) }
        heldOut.insert(validation)
      }
    }
    #expect(heldOut.count == 9)
    let all = CorpusSplit(records: lines, HeldOutFractions(validation: 0.1, test: 0), validationCount: 5_000, seed: 1)
    #expect(all.training.isEmpty && all.validation.count == 1_000)
  }

  @Test func textsThatAreHeldOutAsAWhole() throws {
    let corpus = try Corpus(sources: [.text("abcabc"), .text("ab"), .text("cabba"), .text("bc")])
    var configuration = TrainingConfiguration(validationFraction: 0, division: TextDivision())
    configuration.division.hasValidationText = true
    configuration.division.hasTestText = true
    let split = try CorpusSplit(corpus, configuration)
    #expect(split.training == .characters([0..<8]))
    #expect(split.validation == .characters([8..<13]))
    #expect(split.test == .characters([13..<15]))
    configuration.division.hasTestText = false
    configuration.division.testFraction = 0.5
    let other = try CorpusSplit(corpus, configuration)
    #expect(other.training == .characters([0..<6]) && other.test == .characters([6..<13]))
    #expect(other.validation == .characters([13..<15]))
  }
}
