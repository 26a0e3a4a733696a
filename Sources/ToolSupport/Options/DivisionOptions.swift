internal import CommandLineSupport
package import RecurrentEngine

private let group = "Validation"
private let share = ValueFormat<Double>.number(.atLeast(0), .below(1))

package let malformedTextOptions: [ConfigurationOption] = [
  ConfigurationOption(
    "--invalid", sets: \.malformedUTF8, as: .choice, group: "Text",
    help: "bytes that are not UTF-8",
    details:
      "error refuses the text, replace puts U+FFFD for each malformed sequence, skip leaves the bytes out. If most "
      + "bytes are malformed, the text has another encoding: convert it with iconv."
  ).requiring("--unit character or grapheme") { $0.unit != .byte }
]

package let heldOutShareOptions: [ConfigurationOption] = [
  ConfigurationOption(
    "--val-fraction", sets: \.heldOutFraction, as: share, group: group,
    help: "share of the text held out for validation"
  ).requiring("a run without --val-lines") { $0.division.validationLineCount == nil }
]

package let divisionOptions: [ConfigurationOption] = [
  ConfigurationOption(
    "--lines", sets: \.division.readsLines, group: "Text",
    help: "train on each line as a separate text, such as names",
    details: "Each line starts from a zero state, and the model learns to predict its end. Lines are reshuffled each "
      + "epoch; validation lines are chosen at random; both follow --seed. Empty lines and carriage returns before "
      + "line "
      + "feeds are skipped. lstm-sample then generates lines, and lstm-score scores each line separately."),
  ConfigurationOption(
    "--split", sets: \.heldOutPlace, as: .choice, group: group,
    help: "hold out the end of the text, or the end of each stream as char-rnn does"
  )
  .requiring("a text that is one sequence, not for --lines") { !$0.division.readsLines }
  .requiring("a corpus of which a share is held out") { $0.validationFraction > 0 || $0.division.testFraction > 0 },
  ConfigurationOption(
    "--val-lines", sets: \.validationLineCount, as: .integer(in: 1...Int(Int32.max)),
    absentMeans: "a share as --val-fraction", requires: "--lines", group: group,
    help: "lines held out for validation"),
  ConfigurationOption(
    "--test-fraction", sets: \.division.testShare, as: share, group: group,
    help: "share of the text, after the validation split, for a test of the best model"),
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
