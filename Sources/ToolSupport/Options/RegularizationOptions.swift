internal import CommandLineSupport
internal import RecurrentEngine

private let group = "Regularization"
private let share = ValueFormat<Double>.number(.atLeast(0), .below(1))

package let regularizationOptions: [ConfigurationOption] = [
  ConfigurationOption(
    "--dropout", sets: \.regularization.dropout, as: share, absentMeans: "chosen", group: group,
    help: "dropout rate between layers and before the output",
    details: "What is kept is scaled up so that its mean stays. A layer's own next step sees all of it (Zaremba et al. "
      + "2014). Only training drops: validation, lstm-score and lstm-sample see the whole model."),
  ConfigurationOption(
    "--dropout-mask", sets: \.regularization.dropoutMask, as: .choice, group: group,
    help: "drop other units at each step, or the same in all steps of a sequence of --seq-length"
  ).requiring("--dropout") { $0.regularization.dropout > 0 },
  ConfigurationOption(
    "--input-dropout", sets: \.regularization.inputDropout, as: share, group: group,
    help: "dropout rate of the characters that layer 0 reads"),
  ConfigurationOption(
    "--recurrent-dropout", sets: \.regularization.recurrentDropout, as: share, absentMeans: "chosen", group: group,
    help: "DropConnect rate of the recurrent weights",
    details:
      "One mask holds for all sequences and steps of a mini-batch (Wan et al. 2013, Merity et al. 2018), so that "
      + "an optimizer step takes no longer. Weights that are kept are scaled up."),
  ConfigurationOption(
    "--state-reset", sets: \.regularization.stateReset, as: share, absentMeans: "chosen", group: group,
    help: "probability that a stream starts a chunk from a zero state",
    details: "Else only the first chunk of an epoch does, and a model that is strongly regularized may never have "
      + "learned to continue from there, where every generated text begins (Melis et al. 2018). Of no use with --lines."
  ),
  ConfigurationOption(
    "--label-smoothing", sets: \.regularization.labelSmoothing, as: share, group: group,
    help: "uniform label-smoothing mass",
    details: "The model learns not to be too sure (Szegedy et al. 2016). All losses that are shown are those without "
      + "smoothing."),
]
