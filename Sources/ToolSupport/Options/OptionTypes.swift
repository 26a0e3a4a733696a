package import CommandLineSupport
package import RecurrentEngine

package typealias ConfigurationOption = OptionDefinition<TrainingConfiguration>

package typealias SettingsOption = OptionDefinition<TrainingSettings>
