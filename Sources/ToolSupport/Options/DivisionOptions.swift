internal import CommandLineSupport
package import RecurrentEngine

private let group = "Validation"
private let share = ValueFormat<Double>.number(.atLeast(0), .below(1))

package let malformedTextOptions: [ConfigurationOption] = [
  ConfigurationOption(
    "--invalid", sets: \.malformedUTF8, as: .choice, group: "Model",
    help: "bytes that are not UTF-8: refuse the text, replace them by U+FFFD, or skip them"
  ).requiring("--unit character or grapheme") { $0.unit != .byte }
]

package let heldOutShareOptions: [ConfigurationOption] = [
  ConfigurationOption(
    "--val-fraction", sets: \.heldOutFraction, as: share, group: group,
    help: "share of the text that is held out for validation"
  ).requiring("a run without --val-lines") { $0.division.validationLineCount == nil }
]

package let divisionOptions: [ConfigurationOption] = [
  ConfigurationOption(
    "--lines", sets: \.division.readsLines, group: "Training",
    help: "make each line a separate text: names, addresses, messages",
    details: "Each line starts from a zero state, and its end is predicted, too. The lines are reshuffled each epoch, "
      + "and those held out are chosen at random, both by --seed. Empty lines are skipped, and so is a carriage return "
      + "at the end of a line. lstm-sample then writes lines, and lstm-score reads them."),
  ConfigurationOption(
    "--split", sets: \.heldOutPlace, as: .choice, group: group,
    help: "hold out the end of the text, or as char-rnn does the end of each stream"
  )
  .requiring("a text that is one sequence, not for --lines") { !$0.division.readsLines }
  .requiring("a corpus of which a share is held out") { $0.validationFraction > 0 || $0.division.testFraction > 0 },
  ConfigurationOption(
    "--val-lines", sets: \.validationLineCount, as: .integer(in: 1...Int(Int32.max)),
    absentMeans: "a share as --val-fraction", requires: "--lines", group: group,
    help: "lines that are held out for validation"),
  ConfigurationOption(
    "--test-fraction", sets: \.division.testShare, as: share, group: group,
    help: "share of the text, after the validation split, on which the best model is tested at the end"),
]

extension TextDivision {
  /// Options that name separate held-out texts, with placeholder paths, because checkpoints do not store the paths.
  package var fileArguments: [String] {
    (hasValidationText ? ["--val-file", "validation.txt"] : []) + (hasTestText ? ["--test-file", "test.txt"] : [])
  }

  /// Share of the corpus that is held out as test set; nil if the test set is a separate text.
  var testShare: Double? {
    get { hasTestText ? nil : testFraction }
    set { if let newValue, !hasTestText { testFraction = newValue } }
  }
}

extension TrainingConfiguration {
  /// Share of the corpus that is held out as validation set; nil if the validation set is a separate text.
  var heldOutFraction: Double? {
    get { division.hasValidationText ? nil : validationFraction }
    set { if let newValue, !division.hasValidationText { validationFraction = newValue } }
  }

  /// Whether there is a validation set, unless the corpus is too short for it.
  package var validates: Bool {
    validationFraction > 0 || division.validationLineCount != nil || division.hasValidationText
  }

  /// Place of the held-out characters in a corpus that is one sequence.
  var heldOutPlace: TextDivision.Split {
    get { division.split }
    set { if !division.readsLines || newValue == .tail { division.split = newValue } }
  }

  /// Number of validation lines; only a corpus of lines has one.
  var validationLineCount: Int? {
    get { division.validationLineCount }
    set { if division.readsLines || newValue == nil { division.validationLineCount = newValue } }
  }
}
