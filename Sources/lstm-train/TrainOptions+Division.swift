internal import CommandLineSupport
internal import RecurrentEngine

extension TrainOptions {
  /// The texts that are held out as a whole, in the order in which the corpus has them behind its own.
  var heldOutFiles: [String] { [validationFile, testFile].compactMap { $0 } }

  /// The options that name these texts, as they are typed.
  var heldOutFileArguments: [String] {
    (validationFile.map { ["--val-file", $0] } ?? []) + (testFile.map { ["--test-file", $0] } ?? [])
  }

  /// What these options say about how the text is divided.
  ///
  /// - Throws: `UsageError.conflict` if they contradict each other.
  func division() throws(UsageError) -> TextDivision {
    try checkDivision()
    var division = TextDivision()
    division.split = split
    division.readsLines = readsLines
    division.validationLineCount = validationLines
    division.testFraction = testFraction
    division.hasValidationText = validationFile != nil
    division.hasTestText = testFile != nil
    return division
  }

  private func checkDivision() throws(UsageError) {
    if validationLines != nil, !readsLines { throw .conflict("--val-lines is for --lines; give that, too") }
    if validationLines != nil, validationFile != nil {
      throw .conflict("--val-lines and --val-file both say what validation is on; give one of them")
    }
    if testFraction > 0, testFile != nil {
      throw .conflict("--test-fraction and --test-file both say what the last test is on; give one of them")
    }
    if readsLines, split == .interleaved {
      throw .conflict("--split interleaved is for a text that is one sequence; leave it out with --lines")
    }
    if validationFile == nil, validationLines == nil, validationFraction + testFraction >= 1 {
      throw .conflict("--val-fraction and --test-fraction leave nothing to train on; lower one of them")
    }
  }
}
