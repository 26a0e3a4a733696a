package import CommandLineSupport
package import RecurrentEngine

/// An option whose value is part of the engine's configuration.
package typealias ConfigurationOption = OptionDefinition<TrainingConfiguration>

/// An option whose value is part of the settings of a run.
package typealias SettingsOption = OptionDefinition<TrainingSettings>
