internal import CommandLineSupport
internal import RecurrentEngine
internal import ToolSupport

/// The part of a stored training state that belongs to the tool.
struct RunRecord: Equatable {
  /// Options that determine the run, with the time limit as long as it can end the run.
  var arguments: [String]
  /// Time that a run with a time limit has taken, in seconds; nil if no limit can end the run.
  var secondsSpent: Int?
}

extension RunRecord {
  /// Options that the file of the selected model stores: none if the model follows from its configuration and its step.
  ///
  /// - Parameter step: The step of the model, which is the last one for a schedule that is independent of the length.
  func arguments(ofModelAtStep step: Int, in settings: TrainingSettings) -> [String] {
    if settings.configuration.schedule.needsHorizon {
      // A given length is enough.
      let hasLength = arguments.contains("--steps") || arguments.contains("--epochs")
      return hasLength ? arguments.removing(["--max-time"]) : arguments
    }
    // The configuration has neither of these.
    guard settings.validationInterval != nil || settings.minimumOccurrences != nil else { return [] }
    return arguments.removing(TrainingSettings.lengthOptions.map { $0.names[0] }) + ["--steps", String(step)]
  }
}

extension [String] {
  /// Returns arguments without these options, each of which has a value.
  func removing(_ names: [String]) -> [String] {
    indices.filter { index in
      !names.contains(self[index]) && !(index > startIndex && names.contains(self[index - 1]))
    }.map { self[$0] }
  }
}
