internal import CommandLineSupport
internal import RecurrentEngine

extension RecommendedTraining {
  /// Reasons for the chosen settings that differ from text to text, with their options.
  var reasons: [String] {
    let hiddenSizeReason =
      switch hiddenSizeLimit {
      case .textLength: "more weights would overfit a text of this length"
      case .budget: "more weights would need longer training"
      case .tiedEmbedding: "the embedding is tied"
      case .largestSize: "larger sizes were not measured"
      }
    let epochs = NumberText.plain(Int(expectedEpochs.rounded()), "epoch")
    let recurrentDropout =
      chosen.contains(.recurrentDropout)
      ? " --recurrent-dropout \(NumberText.shortest(configuration.regularization.recurrentDropout))" : ""
    let dropout = "--dropout \(NumberText.shortest(configuration.regularization.dropout))" + recurrentDropout
    let learningRate = NumberText.shortest(configuration.optimizer.learningRate)
    let reasons: [(setting: TrainingSetting, text: String)] =
      [
        (.hiddenSize, "--hidden \(configuration.hiddenSize) because \(hiddenSizeReason)"),
        (.dropout, "\(dropout) for an estimated \(epochs)"),
      ]
      + ([.adam, .adamw].contains(configuration.optimizer.kind)
        ? [(.learningRate, "--learning-rate \(learningRate) for this hidden size")] : [])
    return reasons.filter { chosen.contains($0.setting) }.map(\.text)
  }
}
