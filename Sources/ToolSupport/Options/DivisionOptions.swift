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
  ).requiring("a run without --val-lines") { $0.division.validationRecordCount == nil }
]

package let divisionOptions: [ConfigurationOption] = [
  ConfigurationOption(
    "--lines", sets: \.readsLines, group: "Text",
    help: "train on each line as a separate text, such as names",
    details: "The same as --records newline. Empty lines and carriage returns before line feeds are skipped."),
  ConfigurationOption(
    "--records", sets: \.division.records, as: .recordSeparator, group: "Text",
    help: "train on separate texts: newline, nul, blank-line, or the line between two of them",
    details: "A text such as --- is a line that consists of it, with the line feeds around it. A single control "
      + "character, such as $'\\f', separates wherever it occurs. The separator is one entry of the vocabulary. Each "
      + "record starts from a zero state, and the model learns to predict its end, as does the end of a file. Records "
      + "are reshuffled each epoch; validation records are chosen at random; both follow --seed. Empty records are "
      + "skipped. lstm-sample then generates whole records, and lstm-score scores each of them separately."),
  ConfigurationOption(
    "--split", sets: \.heldOutPlace, as: .choice, group: group,
    help: "hold out the end of the text, or the end of each stream as char-rnn does"
  )
  .requiring("a text that is one sequence, not for --lines") { $0.division.records == nil }
  .requiring("a corpus of which a share is held out") { $0.validationFraction > 0 || $0.division.testFraction > 0 },
  ConfigurationOption(
    "--val-lines", "--val-records", sets: \.validationRecordCount, as: .integer(in: 1...Int(Int32.max)),
    absentMeans: "a share as --val-fraction", requires: "--lines or --records", group: group,
    help: "lines or records held out for validation"),
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
    validationFraction > 0 || division.validationRecordCount != nil || division.hasValidationText
  }

  /// Place of the held-out characters in a corpus that is one sequence.
  var heldOutPlace: TextDivision.Split {
    get { division.split }
    set { if division.records == nil || newValue == .tail { division.split = newValue } }
  }

  /// Whether each line is a record.
  var readsLines: Bool {
    get { division.records == .newline }
    set { division.records = newValue ? .newline : nil }
  }

  /// Number of validation records; only a corpus of records has one.
  var validationRecordCount: Int? {
    get { division.validationRecordCount }
    set { if division.records != nil || newValue == nil { division.validationRecordCount = newValue } }
  }
}
