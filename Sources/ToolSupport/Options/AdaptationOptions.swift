package import CommandLineSupport
package import RecurrentEngine

/// Options for dynamic evaluation.
package struct AdaptationOptions: Sendable {
  /// Nil without adaptation.
  package var rate: AutomaticOr<Double>?
  package var chunkLength: Int?

  package init() {}

  /// The definitions of the options.
  ///
  /// - Parameters:
  ///   - help: The help of `--adapt`.
  ///   - text: The text that the weights follow.
  package static func options(help: String, text: String) -> [OptionDefinition<AdaptationOptions>] {
    [
      OptionDefinition(
        "--adapt", sets: \.rate, as: .automatic(or: .number(.above(0)), named: "RATE"), group: "Adaptation", help: help,
        details:
          "auto divides each element of the gradient by its root mean square so far, and lets the weights decay towards "
          + "the trained ones (Krause et al. 2018). RATE is the learning rate of plain stochastic gradient descent "
          + "(Mikolov et al. 2010). \(text) Gradients are clipped as in training, and the checkpoint does not change."),
      OptionDefinition(
        "--adapt-length", sets: \.chunkLength, as: .integer(in: 1...Int(Int32.max)),
        absentMeans: String(Adaptation.usualChunkLength), group: "Adaptation", help: "chunk length in characters"
      ).requiring("--adapt") { $0.rate != nil },
    ]
  }

  /// - Throws: `UsageError` for a chunk length without adaptation.
  package func check() throws(UsageError) {
    if chunkLength != nil, rate == nil { throw .conflict("--adapt-length is for --adapt; give that, too") }
  }

  /// The settings for a model; nil without adaptation.
  ///
  /// - Parameter clip: The maximum gradient norm in training.
  package func adaptation(clip: Double?) -> Adaptation? {
    rate.map { Adaptation(rate: $0.given, chunkLength: chunkLength ?? Adaptation.usualChunkLength, clip: clip) }
  }

  /// Returns the error after the weights became NaN or infinite.
  package var divergence: ToolError {
    ToolError(
      .diverged,
      "the model diverged while it followed the text; "
        + (rate == .automatic ? "leave out --adapt" : "lower --adapt, or give --adapt auto"))
  }
}
