internal import CommandLineSupport
internal import RecurrentEngine
internal import ToolSupport

extension [SettingsOption] {
  /// Returns a command with these training options alone, without other options of a study.
  func command(from defaults: TrainingSettings) -> CommandDefinition<TrainingSettings> {
    CommandDefinition(
      name: "lstm-train", summary: "", operands: "", version: projectVersion, defaults: defaults, options: self)
  }

  /// Returns a sentence about each given option that has no effect in any of the settings.
  func notices(about given: GivenOptions, inAll settings: [TrainingSettings]) -> [String] {
    let notices = settings.map { self.notices(about: given, in: $0) }
    return notices.first?.filter { notice in notices.allSatisfy { $0.contains(notice) } } ?? []
  }

  /// Returns settings with the given options.
  ///
  /// - Throws: `UsageError.conflict` if an option has no effect.
  func settings(_ given: GivenOptions, from defaults: TrainingSettings) throws(UsageError) -> TrainingSettings {
    let command = command(from: defaults)
    let settings = command.applying(given, to: defaults)
    try command.check(given, in: settings)
    try settings.check(given)
    return settings
  }
}

extension TrainingSettings {
  /// Options that limit each run of a study.
  static let studyLengthOptions = [
    SettingsOption(
      "--epochs", "--max-epochs", sets: \.budget.epochs, as: .integer(in: 1...Int(Int32.max)),
      absentMeans: "by text size", group: "Training", help: "maximum epochs of a run"),
    SettingsOption(
      "--steps", "--max-iters", sets: \.budget.steps, as: .integer(in: 0...Int(Int32.max)), group: "Training",
      help: "maximum optimizer steps of a run"),
    SettingsOption(
      "--max-time", sets: \.budget.seconds, as: .duration, group: "Training", help: "maximum time of a run"),
  ].requiringSteps

  /// Chooses all settings that are not kept.
  ///
  /// - Returns: The primary names of the options whose values were chosen.
  mutating func choose(
    keeping kept: Set<TrainingSetting>, for text: TrainingText, threadCount: Int
  ) throws -> Set<String> {
    let recommended = try TrainingConfiguration.recommended(
      for: text.split, of: text.corpus, from: configuration, keeping: kept, budget: budget, threadCount: threadCount)
    configuration = recommended.configuration
    budget = recommended.budget
    return Set(recommended.chosen.map(\.optionName))
  }
}

extension Array {
  /// Returns the options, with a fixed default for those with these primary names.
  func withFixedDefaults<Values>(_ names: String...) -> Self where Element == OptionDefinition<Values> {
    map { names.contains($0.names[0]) ? $0.withFixedDefault : $0 }
  }
}
