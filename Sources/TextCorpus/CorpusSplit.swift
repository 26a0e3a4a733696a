internal import RandomNumbers

/// The training, validation and test sets of a corpus.
public struct CorpusSplit: Sendable, Equatable {
  /// The training set.
  public var training: CorpusPart
  /// The validation set, which selects the best model.
  public var validation: CorpusPart
  /// The test set, which is evaluated once with that model at the end.
  public var test: CorpusPart

  /// Splits a corpus.
  ///
  /// - Parameters:
  ///   - validationFraction: The fraction held out for validation, at least 0 and below 1.
  ///   - streamCount: The number of training streams; the end of each is held out if the split is interleaved.
  ///   - seed: The random seed for choosing held-out records.
  /// - Throws: For records, `CorpusError.readFailed` or `.changed`.
  public init(
    _ corpus: Corpus, _ division: TextDivision, validationFraction: Double, streamCount: Int, seed: UInt64
  ) throws(CorpusError) {
    let mainCount = corpus.sources.count - division.heldOutSourceCount
    precondition(mainCount > 0, "there is no text to train on")
    precondition(division.records == corpus.vocabulary.separator, "the corpus has another separator of records")
    // A held-out text is one source; the test text is the last.
    let validationSource = division.hasValidationText ? mainCount..<mainCount + 1 : nil
    let testSource = division.hasTestText ? corpus.sources.count - 1..<corpus.sources.count : nil
    let fractions = HeldOutFractions(
      validation: division.hasValidationText ? 0 : validationFraction,
      test: division.hasTestText ? 0 : division.testFraction)
    if division.records != nil {
      self.init(
        records: try corpus.recordStarts(inSources: 0..<mainCount), fractions,
        validationCount: division.hasValidationText ? 0 : division.validationRecordCount, seed: seed)
      if let validationSource { validation = .records(try corpus.recordStarts(inSources: validationSource)) }
      if let testSource { test = .records(try corpus.recordStarts(inSources: testSource)) }
    } else {
      let text = corpus.characters(ofSources: 0..<mainCount)
      self.init(division.split == .tail ? [text] : text.divided(into: streamCount), fractions)
      if let validationSource { validation = .characters([corpus.characters(ofSources: validationSource)]) }
      if let testSource { test = .characters([corpus.characters(ofSources: testSource)]) }
    }
  }

  /// Holds out the end of each range.
  init(_ ranges: [Range<Int>], _ fractions: HeldOutFractions) {
    let parts = ranges.map { range in
      let (validation, test) = fractions.bounds(ofCount: range.count)
      return (
        training: range.prefix(validation), validation: range[range.lowerBound + validation..<range.lowerBound + test],
        test: range.dropFirst(test)
      )
    }
    training = .characters(parts.map(\.training))
    validation = .characters(parts.map(\.validation))
    test = .characters(parts.map(\.test))
  }

  /// Holds out randomly chosen records.
  ///
  /// - Parameter validationCount: The number of validation records; nil for a fraction.
  init(records: [Int], _ fractions: HeldOutFractions, validationCount: Int?, seed: UInt64) {
    let bounds = fractions.bounds(ofCount: records.count)
    var testLeft = records.count - bounds.test
    var validationLeft = min(validationCount ?? bounds.test - bounds.validation, records.count - testLeft)
    var (trained, validated, tested): ([Int], [Int], [Int]) = ([], [], [])
    trained.reserveCapacity(records.count - testLeft - validationLeft)
    // Selection sampling: each record in turn is held out with the probability that makes all choices of that size
    // equally likely.
    var random = RandomGenerator(seed: seed, stream: Self.randomStream)
    for (index, record) in records.enumerated() {
      let draw = testLeft + validationLeft == 0 ? 0 : random.next(below: records.count - index)
      if draw < testLeft {
        testLeft -= 1
        tested.append(record)
      } else if draw < testLeft + validationLeft {
        validationLeft -= 1
        validated.append(record)
      } else {
        trained.append(record)
      }
    }
    training = .records(trained)
    validation = .records(validated)
    test = .records(tested)
  }

  /// The stream of the seed's random generator that chooses held-out records.
  private static let randomStream: UInt64 = .max
}

/// The fractions of a text that are held out.
struct HeldOutFractions {
  /// At least 0, with a sum below 1.
  var validation: Double
  var test: Double

  /// Returns the start of the validation and test sets: ⌊N(1−f−g)⌋ and ⌊N(1−g)⌋, as computed in `Double`.
  func bounds(ofCount count: Int) -> (validation: Int, test: Int) {
    func floor(_ fraction: Double) -> Int {
      // Above 2^53 `Double` may round up, beyond the text and beyond `Int`.
      min(Int(exactly: (Double(count) * fraction).rounded(.down)) ?? count, count)
    }
    return (floor(1 - validation - test), floor(1 - test))
  }
}

extension Corpus {
  /// Returns the range of character indices of some sources.
  func characters(ofSources indices: Range<Int>) -> Range<Int> {
    let bounds = characterStarts + [characterCount]
    return bounds[indices.lowerBound]..<bounds[indices.upperBound]
  }
}
