package import CommandLineSupport
package import RecurrentEngine

extension TrainingSettings {
  /// Copies the model and the text unit of another run.
  package mutating func takeModel(of other: TrainingConfiguration) {
    configuration.cell = other.cell
    configuration.hiddenSize = other.hiddenSize
    configuration.layerCount = other.layerCount
    configuration.embedding = other.embedding
    configuration.normalization = other.normalization
    configuration.connection = other.connection
    configuration.unit = other.unit
  }

  /// - Throws: `UsageError.conflict` for the first option whose value differs from that in the file.
  package func checkAgreement(
    _ given: GivenOptions, with stored: TrainingSettings, about options: [OptionDefinition<TrainingSettings>],
    file: String
  ) throws(UsageError) {
    for option in options
    where option.arguments(for: self) != option.arguments(for: stored) || option.isGivenInVain(given, in: self) {
      let asked = option.arguments(in: given) ?? option.arguments(for: self)
      let own = option.arguments(for: stored)
      func text(_ arguments: [String]) -> String {
        arguments.isEmpty ? "no \(option.names[0])" : arguments.joined(separator: " ")
      }
      throw .conflict("\(text(asked)) contradicts \(file), which has \(text(own)); leave the option out")
    }
  }

  /// Checks that held-out files are given if and only if a run has them. Checkpoints do not store their paths.
  ///
  /// - Throws: `UsageError.conflict`.
  package func checkHeldOutFiles(of run: TrainingConfiguration, file: String) throws(UsageError) {
    for (name, path, wasGiven) in [
      ("--val-file", validationFile, run.division.hasValidationText),
      ("--test-file", testFile, run.division.hasTestText),
    ] where (path != nil) != wasGiven {
      throw .conflict(
        wasGiven
          ? "\(file) is of a run with \(name); give the same file again"
          : "\(name) contradicts \(file), which is of a run without it; leave the option out")
    }
  }
}

/// Returns the option that names the checkpoint that a run began with by its checksum, because its path is not stored.
package func initialModelArguments(_ checksum: String?) -> [String] {
  checksum.map { ["--init-from", "checkpoint-\($0).bin"] } ?? []
}
