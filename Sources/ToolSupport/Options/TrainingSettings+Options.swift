package import CommandLineSupport
internal import RecurrentEngine

/// All options of a configuration, in the order in which settings are printed.
package let configurationOptions: [ConfigurationOption] =
  modelOptions + initializationOptions + malformedTextOptions + optimizationOptions + regularizationOptions
  + heldOutShareOptions + divisionOptions

private let counts = 1...Int(Int32.max)

extension TrainingSettings {
  /// Headings of help in their order, from the options that people change most to those that they change least.
  package static let lateGroups = [
    "Training", "Text", "Files", "Resuming", "Validation", "Regularization", "Running", "Optimizer and schedule",
    "Model variants",
  ]

  /// Options that determine a run, besides its length. Checkpoints store them, and a resumed run must not change them.
  package static let decidingOptions: [SettingsOption] =
    modelOptions.within(\.configuration) + initializationOptions.within(\.configuration) + textOptions
    + optimizationOptions.within(\.configuration) + regularizationOptions.within(\.configuration)
    + validationOptions + divisionOptions.within(\.configuration) + [logInterval]

  package static let lengthOptions = [
    SettingsOption(
      "--epochs", "--max-epochs", sets: \.budget.epochs, as: .integer(in: counts),
      absentMeans: "by text size", group: "Training", help: "maximum epochs",
      details:
        "Without --epochs, --steps and --max-time the run has the epochs that two fast cores train in about five "
        + "minutes, at most 200, and stops early (--patience)."),
    SettingsOption(
      "--steps", "--max-iters", sets: \.budget.steps, as: .integer(in: 0...Int(Int32.max)), group: "Training",
      help: "maximum optimizer steps",
      details: "With 0 the initial model is validated and saved, as a baseline for the trained one."),
    SettingsOption(
      "--patience", sets: \.budget.patience, as: .integer(in: counts), absentMeans: "10 without other limits",
      group: "Training", help: "early stopping: end after N validations without a lower loss"),
    SettingsOption(
      "--max-time", sets: \.budget.seconds, as: .duration, group: "Training",
      help: "maximum time of the run, such as 90s, 30m or 2h",
      details: "The learning-rate decay is planned so that it ends in time; the run may take a tenth longer. With "
        + "--epochs or --steps, the run is saved and stopped when the time is over. A resumed run has the remaining "
        + "time, "
        + "unless --max-time is given again."),
  ].requiringSteps

  package static let presetOption = SettingsOption(
    "--preset", sets: \.preset, as: .choice, absentMeans: "by text size and time", group: "Model",
    help: "model size: 1 × 64, 2 × 128, 2 × 256 or 2 × 512 layers × units",
    details:
      "Options that are not given are chosen from the length of the text and the time allowed (five minutes on two "
      + "cores without a limit). The choice is printed as a command line that repeats the run."
  ).requiring("a size that --hidden and --layers leave open") { settings in
    let (model, preset) = (settings.configuration, settings.preset)
    return model.hiddenSize == preset?.hiddenSize || model.layerCount == preset?.layerCount
  }

  /// Options for reading a text, besides its unit.
  package static let textOptions =
    malformedTextOptions.within(\.configuration) + [
      SettingsOption(
        "--max-vocabulary", sets: \.maximumVocabulary, as: .integer(in: counts), absentMeans: "65536 for graphemes",
        group: "Text", help: "maximum vocabulary size"),
      SettingsOption(
        "--min-count", sets: \.minimumOccurrences, as: .integer(in: 1...Int(Int32.max)), absentMeans: "1: none",
        group: "Text", help: "fold characters that occur fewer than N times into one unknown symbol",
        details: "In every score, a folded character costs what the unknown symbol costs plus the logarithm of the "
          + "number of folded kinds, which share its probability evenly. So models with different settings can be "
          + "compared. lstm-sample never generates the symbol without --allow-unknown. Characters that training has not "
          + "seen are read as the unknown symbol, too."),
    ]

  package static let validationOptions =
    heldOutShareOptions.within(\.configuration) + [
      SettingsOption(
        "--val-every", "--eval-interval", sets: \.validationInterval, as: .integer(in: counts),
        absentMeans: "one epoch",
        group: "Validation", help: "optimizer steps between validations"
      ).requiring("a run that validates") { $0.configuration.validates }
    ]

  package static let heldOutFileOptions = [
    SettingsOption(
      "--val-file", sets: \.validationFile, as: .path, group: "Validation",
      help: "validate on this text instead of a part of the corpus",
      details: "The vocabulary covers all texts. A resumed run needs the same file again."),
    SettingsOption(
      "--test-file", sets: \.testFile, as: .path, group: "Validation",
      help: "test the best model on this text at the end"),
  ]

  package static let logInterval = SettingsOption(
    "--log-every", "--log-interval", sets: \.logInterval, as: .integer(in: counts), group: "Files",
    help: "optimizer steps between rows of the loss curve")

  /// Pairs of options that name two sources of the same held-out text.
  package static let exclusions = [
    OptionExclusion("--val-fraction", "--val-file", "both choose the validation set"),
    OptionExclusion("--lines", "--records", "both choose the separator of records"),
    OptionExclusion("--val-lines", "--val-file", "both choose the validation set"),
    OptionExclusion("--test-fraction", "--test-file", "both choose the test set"),
  ]

  /// Returns the options that repeat a run with these settings.
  ///
  /// - Parameter decided: The primary names of the options without a fixed default that are given or were chosen.
  package func arguments(decided: Set<String>) -> [String] {
    (Self.decidingOptions + Self.lengthOptions).arguments(for: self, defaults: TrainingSettings(), decided: decided)
  }

  /// - Throws: `UsageError.conflict` if options contradict each other.
  package func check(_ given: GivenOptions) throws(UsageError) {
    if given.contains("--hidden") || preset != nil { try configuration.checkTiedSize() }
    if given.contains("--batch-size") { try configuration.checkShards() }
    let division = configuration.division
    if division.validationRecordCount == nil, configuration.validationFraction + division.testFraction >= 1 {
      throw .conflict("--val-fraction and --test-fraction leave nothing to train on; lower one of them")
    }
  }
}

extension [SettingsOption] {
  /// The same options, those of the length with the condition that there are steps.
  package var requiringSteps: Self {
    requiring(
      "a run that trains; with --steps 0 it counts in the choice of settings alone", of: "--epochs", "--max-time"
    ) { $0.budget.steps != 0 }
    .requiring("a run that trains, not for --steps 0", of: "--patience") { $0.budget.steps != 0 }
  }
}

extension Array {
  /// The same options, those of random initial weights with the condition that the model is new.
  package func requiringNewModel<Values>(
    if isNew: @escaping @Sendable (Values) -> Bool
  ) -> Self where Element == OptionDefinition<Values> {
    requiring("a new model, not for --init-from", of: "--forget-bias", "--init", "--output-bias", if: isNew)
  }
}
