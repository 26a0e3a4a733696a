internal import RandomNumbers

/// What of a corpus is for training and what is held out.
public struct CorpusSplit: Sendable, Equatable {
  /// What is trained on.
  public var training: CorpusPart
  /// What is held out to find the best model.
  public var validation: CorpusPart
  /// What is held out to measure that model at the end.
  public var test: CorpusPart

  /// Divides a corpus.
  ///
  /// - Parameters:
  ///   - validationFraction: The fraction that is held out for validation, from 0 to below 1.
  ///   - streamCount: The streams of training, at whose ends text is held out if the division is interleaved.
  ///   - seed: The seed by which lines are chosen.
  /// - Throws: For lines, `CorpusError.readFailed` or `.changed`.
  public init(
    _ corpus: Corpus, _ division: TextDivision, validationFraction: Double, streamCount: Int, seed: UInt64
  ) throws(CorpusError) {
    let mainCount = corpus.sources.count - division.heldOutSourceCount
    precondition(mainCount > 0, "there is no text to train on")
    // A held-out text is one source; that of the test is the last.
    let validationSource = division.hasValidationText ? mainCount..<mainCount + 1 : nil
    let testSource = division.hasTestText ? corpus.sources.count - 1..<corpus.sources.count : nil
    let fractions = HeldOutFractions(
      validation: division.hasValidationText ? 0 : validationFraction,
      test: division.hasTestText ? 0 : division.testFraction)
    if division.readsLines {
      self.init(
        lines: try corpus.lineStarts(inSources: 0..<mainCount), fractions,
        validationCount: division.hasValidationText ? 0 : division.validationLineCount, seed: seed)
      if let validationSource { validation = .lines(try corpus.lineStarts(inSources: validationSource)) }
      if let testSource { test = .lines(try corpus.lineStarts(inSources: testSource)) }
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

  /// Holds out lines that are chosen at random.
  ///
  /// - Parameter validationCount: How many lines for validation; nil for a share.
  init(lines: [Int], _ fractions: HeldOutFractions, validationCount: Int?, seed: UInt64) {
    let bounds = fractions.bounds(ofCount: lines.count)
    var testLeft = lines.count - bounds.test
    var validationLeft = min(validationCount ?? bounds.test - bounds.validation, lines.count - testLeft)
    var (trained, validated, tested): ([Int], [Int], [Int]) = ([], [], [])
    trained.reserveCapacity(lines.count - testLeft - validationLeft)
    // Each line in turn, with the chance that leaves all choices of so many lines equally likely.
    var random = RandomGenerator(seed: seed, stream: Self.randomStream)
    for (index, line) in lines.enumerated() {
      let draw = testLeft + validationLeft == 0 ? 0 : random.next(below: lines.count - index)
      if draw < testLeft {
        testLeft -= 1
        tested.append(line)
      } else if draw < testLeft + validationLeft {
        validationLeft -= 1
        validated.append(line)
      } else {
        trained.append(line)
      }
    }
    training = .lines(trained)
    validation = .lines(validated)
    test = .lines(tested)
  }

  /// Of the sequences of random numbers that a seed has, the one that chooses lines.
  private static let randomStream: UInt64 = .max
}

/// The fractions of a text that are held out.
struct HeldOutFractions {
  /// From 0, and together below 1.
  var validation: Double
  var test: Double

  /// Where validation and test begin: ⌊N(1−f−g)⌋ and ⌊N(1−g)⌋, as computed in `Double`.
  func bounds(ofCount count: Int) -> (validation: Int, test: Int) {
    func floor(_ fraction: Double) -> Int {
      // Above 2^53 `Double` may round up, beyond the text and beyond `Int`.
      min(Int(exactly: (Double(count) * fraction).rounded(.down)) ?? count, count)
    }
    return (floor(1 - validation - test), floor(1 - test))
  }
}

extension Corpus {
  /// The indices of the characters of some sources.
  func characters(ofSources indices: Range<Int>) -> Range<Int> {
    let bounds = characterStarts + [characterCount]
    return bounds[indices.lowerBound]..<bounds[indices.upperBound]
  }
}
