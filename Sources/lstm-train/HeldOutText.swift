internal import CommandLineSupport
internal import RecurrentEngine
internal import ToolSupport

/// Descriptions of the validation set and the test set for messages.
struct HeldOutText {
  /// Place and size of the validation set.
  var validation: String
  var test: String
  /// Options for a validation set that is more like the training set.
  var alternatives: String

  init(_ split: CorpusSplit, _ configuration: TrainingConfiguration, _ settings: TrainingSettings) {
    let division = configuration.division
    let unit = configuration.unit.rawValue
    func place(_ part: CorpusPart, file: String?) -> String {
      if let file { return names(of: [file]) }
      if let separator = division.records {
        return "\(NumberText.plain(part.count, separator.recordName)) chosen at random"
      }
      let characters = NumberText.counted(part.count, unit)
      guard division.split == .interleaved else { return "\(characters) at the end of the text" }
      return "\(characters) at the ends of \(NumberText.plain(configuration.batchSize, "stream"))"
    }
    let isBeforeTest = settings.validationFile == nil && division.testFraction > 0 && division.records == nil
    validation = place(split.validation, file: settings.validationFile) + (isBeforeTest ? ", before the test" : "")
    test = place(split.test, file: settings.testFile)
    alternatives =
      settings.validationFile != nil
      ? "give a --val-file like the training text"
      : (division.records != nil || division.split == .interleaved
        ? "give a --val-file" : "give --split interleaved, a --val-file")
        + ", or the files in a shuffled order"
  }
}
