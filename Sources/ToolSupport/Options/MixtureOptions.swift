package import CommandLineSupport
package import RecurrentEngine

/// Options for the mixture of a model with others.
package struct MixtureOptions: Sendable {
  /// Paths of the other checkpoints.
  package var others: [String] = []
  /// The weight of each model, in any unit; nil for equal weights.
  package var weights: [Double]?

  package init() {}

  /// The definitions of the options.
  package static var options: [OptionDefinition<MixtureOptions>] {
    [
      OptionDefinition(
        "--with", valueName: "OTHER.bin", appendsTo: \.others, as: .path, group: "Mixture",
        help: "mix the probabilities with those of this model; repeatable",
        details: "The models need the same vocabulary, such as runs on one text with different seeds, cells or sizes. "
          + "Their mean predicts better than each of them."),
      OptionDefinition(
        "--mix", valueName: "W,W,...", sets: \.weights, as: .list(of: .number(.above(0))), absentMeans: "equal",
        group: "Mixture", help: "weights of the mixed models, such as 0.6,0.4, in the order given",
        details: "The weights are divided by their sum."
      ).requiring("--with") { !$0.others.isEmpty },
    ]
  }

  /// Throws `UsageError` unless there is a weight for each model.
  package func check() throws(UsageError) {
    guard let weights, weights.count != others.count + 1 else { return }
    guard !others.isEmpty else { throw .conflict("--mix is for --with; give that, too") }
    throw .conflict(
      "--mix has \(NumberText.counted(weights.count, "weight")) for \(NumberText.counted(others.count + 1, "model")); "
        + "give one for each, the first for the checkpoint before --with")
  }

  /// Reads the other checkpoints, which must predict the same characters as the first one.
  ///
  /// - Throws: `CheckpointError`, or `ToolError` for a model that cannot be mixed with the first one.
  package func checkpoints(with first: Checkpoint, path: String) throws -> [Checkpoint] {
    [first]
      + (try others.map { other in
        let checkpoint = try Checkpoint(path: other)
        let (vocabulary, own) = (checkpoint.model.vocabulary, first.model.vocabulary)
        guard vocabulary.unit == own.unit, vocabulary.entries == own.entries, vocabulary.foldedCount == own.foldedCount
        else {
          throw ToolError(
            .badData,
            "\(other): another vocabulary than that of \(path); give models that were trained on the same text")
        }
        guard vocabulary.separator == own.separator else {
          throw ToolError(
            .badData,
            "\(other): other records than those of \(path); give models that were trained with the same --lines "
              + "or --records")
        }
        return checkpoint
      })
  }
}
