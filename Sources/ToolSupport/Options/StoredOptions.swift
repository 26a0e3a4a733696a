package import CommandLineSupport
package import RecurrentEngine

extension GivenOptions {
  /// Parses the options that a checkpoint stores. Because the file may be untrusted, they must not include paths.
  ///
  /// - Throws: `CheckpointError.damaged`.
  package init(stored arguments: [String], in path: String) throws(CheckpointError) {
    let command = CommandDefinition(
      name: "lstm-train", summary: "", operands: "", version: projectVersion, defaults: TrainingSettings(),
      options: TrainingSettings.decidingOptions + TrainingSettings.lengthOptions)
    guard case .run(_, operands: [], let given)? = try? command.parse(arguments, checksOptions: false) else {
      throw .damaged(path: path, .metadata("run"))
    }
    self = given
  }
}
