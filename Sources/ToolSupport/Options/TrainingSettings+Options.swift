package import CommandLineSupport
internal import RecurrentEngine

/// All options of a configuration, in the order in which settings are printed.
package let configurationOptions: [ConfigurationOption] =
  modelOptions + initializationOptions + malformedTextOptions + optimizationOptions + regularizationOptions
  + heldOutShareOptions + divisionOptions

private let counts = 1...Int(Int32.max)

extension TrainingSettings {
  /// Options that determine a run, besides its length. Checkpoints store them, and a resumed run must not change them.
  package static let decidingOptions: [SettingsOption] =
    modelOptions.within(\.configuration) + initializationOptions.within(\.configuration) + textOptions
    + optimizationOptions.within(\.configuration) + regularizationOptions.within(\.configuration)
    + validationOptions + divisionOptions.within(\.configuration) + [logInterval]

  package static let lengthOptions = [
    SettingsOption(
      "--epochs", "--max-epochs", sets: \.budget.epochs, as: .integer(in: counts),
      absentMeans: "chosen if nothing else bounds the run", group: "Training", help: "maximum epochs"),
    SettingsOption(
      "--steps", "--max-iters", sets: \.budget.steps, as: .integer(in: 0...Int(Int32.max)), group: "Training",
      help: "maximum optimizer steps",
      details: "With 0 the initial model is validated and written, to compare the trained one with."),
    SettingsOption(
      "--patience", sets: \.budget.patience, as: .integer(in: counts), absentMeans: "10 if nothing bounds the run",
      group: "Training", help: "end after this number of validations without a lower loss"),
    SettingsOption(
      "--max-time", sets: \.budget.seconds, as: .duration, group: "Training",
      help: "maximum time of the run",
      details: "The length of the run is fixed so that the learning rate falls to its end in time; it may then take a "
        + "tenth more. If --epochs or --steps is given, too, and the rate does not fall, the run is saved and stopped. A "
        + "run that is resumed has the time that is left, or that is given anew."),
  ].requiringSteps

  package static let presetOption = SettingsOption(
    "--preset", sets: \.preset, as: .choice, absentMeans: "chosen", group: "Model",
    help: "the size: 1 layer of 64 units, or 2 of 128, 256 or 512",
    details:
      "What is not given is chosen from the length of the text and the time that is allowed, or from five minutes on "
      + "two cores if nothing bounds the run. The choice is printed as a command line that repeats the run."
  ).requiring("a size that --hidden and --layers leave open") { settings in
    let (model, preset) = (settings.configuration, settings.preset)
    return model.hiddenSize == preset?.hiddenSize || model.layerCount == preset?.layerCount
  }

  /// Options for reading a text, besides its unit.
  package static let textOptions =
    malformedTextOptions.within(\.configuration) + [
      SettingsOption(
        "--max-vocabulary", sets: \.maximumVocabulary, as: .integer(in: counts), absentMeans: "65536 for graphemes",
        group: "Model", help: "most different characters that a text may have")
    ]

  package static let validationOptions =
    heldOutShareOptions.within(\.configuration) + [
      SettingsOption(
        "--val-every", "--eval-interval", sets: \.validationInterval, as: .integer(in: counts), absentMeans: "an epoch",
        group: "Validation", help: "optimizer steps between validations"
      ).requiring("a run that validates") { $0.configuration.validates }
    ]

  package static let heldOutFileOptions = [
    SettingsOption(
      "--val-file", sets: \.validationFile, as: .path, group: "Validation",
      help: "validate on this text, and hold out nothing of the corpus for it",
      details: "The vocabulary is of all texts together. A run that is resumed needs the same file again."),
    SettingsOption(
      "--test-file", sets: \.testFile, as: .path, group: "Validation",
      help: "measure the best model at the end on this text"),
  ]

  package static let logInterval = SettingsOption(
    "--log-every", "--log-interval", sets: \.logInterval, as: .integer(in: counts), group: "Files",
    help: "optimizer steps between rows of the loss curve")

  /// Pairs of options that name two sources of the same held-out text.
  package static let exclusions = [
    OptionExclusion("--val-fraction", "--val-file", "both say what validation is on"),
    OptionExclusion("--val-lines", "--val-file", "both say what validation is on"),
    OptionExclusion("--test-fraction", "--test-file", "both say what the last test is on"),
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
    let division = configuration.division
    if division.validationLineCount == nil, configuration.validationFraction + division.testFraction >= 1 {
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
