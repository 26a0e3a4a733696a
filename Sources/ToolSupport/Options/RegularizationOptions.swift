internal import CommandLineSupport
internal import RecurrentEngine

private let group = "Regularization"
private let share = ValueFormat<Double>.number(.atLeast(0), .below(1))

package let regularizationOptions: [ConfigurationOption] = [
  ConfigurationOption(
    "--dropout", sets: \.regularization.dropout, as: share, absentMeans: "by text and model size", group: group,
    help: "dropout rate between layers and before the output",
    details: "If the model overfits (the validation loss rises while the training loss falls), raise it. Recurrent "
      + "connections are not dropped (Zaremba et al. 2014). Only training uses dropout, so the training loss can "
      + "exceed "
      + "the validation loss."),
  ConfigurationOption(
    "--dropout-mask", sets: \.regularization.dropoutMask, as: .choice, group: group,
    help: "new dropout mask at each step, or the same for a whole sequence",
    details: "sequence is the variational dropout of Gal and Ghahramani (2016), for sequences of --seq-length."
  ).requiring("--dropout") { $0.regularization.dropout > 0 },
  ConfigurationOption(
    "--input-dropout", sets: \.regularization.inputDropout, as: share, group: group,
    help: "dropout rate of the input characters"),
  ConfigurationOption(
    "--recurrent-dropout", sets: \.regularization.recurrentDropout, as: share, absentMeans: "by text and model size",
    group: group,
    help: "DropConnect rate of the recurrent weights",
    details:
      "Drops recurrent weights instead of activations (Wan et al. 2013, Merity et al. 2018). All sequences and "
      + "steps of a mini-batch share one mask, so that an optimizer step takes no longer."),
  ConfigurationOption(
    "--state-reset", sets: \.regularization.stateReset, as: share, absentMeans: "0.02 with recurrent dropout",
    group: group,
    help: "probability that a sequence starts from a zero state",
    details: "Otherwise the state is carried from each sequence to the next, and a strongly regularized model may not "
      + "learn to start from the zero state, from which every generated text starts (Melis et al. 2018). Of no use "
      + "with "
      + "--lines."
  ),
  ConfigurationOption(
    "--label-smoothing", sets: \.regularization.labelSmoothing, as: share, group: group,
    help: "uniform label-smoothing mass",
    details: "Keeps the model from becoming overconfident (Szegedy et al. 2016). Printed losses are without "
      + "smoothing."),
  ConfigurationOption(
    "--temporal-regularization", sets: \.regularization.temporal,
    as: .number(
      .atLeast(Regularization.temporalFactors.lowerBound), .atMost(Regularization.temporalFactors.upperBound)),
    absentMeans: "4 for an LSTM, else 0", group: group, help: "penalty on changes of the last layer's output (TAR)",
    details: "Temporal activation regularization adds this factor times the mean square of the change of h between two "
      + "characters to the loss (Merity et al. 2017). Printed losses are without it."),
]
