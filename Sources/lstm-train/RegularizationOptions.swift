internal import CommandLineSupport
internal import RecurrentEngine

/// What keeps a model from learning its text by heart.
let regularizationOptions = [
  Option(
    "--dropout", sets: \.dropout, as: share, absentMeans: "chosen", group: group,
    help: "share of each layer's output dropped on its way up",
    details: "What is kept is scaled up so that its mean stays. A layer's own next step sees all of it (Zaremba et al. "
      + "2014). Only training drops: validation, lstm-score and lstm-sample see the whole model."),
  Option(
    "--dropout-mask", sets: \.dropoutMask, as: .choice, group: group,
    help: "drop other units at each step, or the same in all steps of a sequence of --seq-length"),
  Option(
    "--input-dropout", sets: \.inputDropout, as: share, group: group,
    help: "share of the characters that the first layer does not see"),
  Option(
    "--recurrent-dropout", sets: \.recurrentDropout, as: share, absentMeans: "chosen", group: group,
    help: "share of the recurrent weights dropped in an update",
    details: "One choice holds for all sequences and steps of an update (DropConnect: Wan et al. 2013, Merity et al. "
      + "2018), so that a step takes no longer. Weights that are kept are scaled up."),
  Option(
    "--state-reset", sets: \.stateReset, as: share, absentMeans: "chosen", group: group,
    help: "share of the chunks of a stream that start from a zero state",
    details: "Else only the first of an epoch does, and a model that is strongly regularized may never have learned to "
      + "find its way from there, where every generated text begins (Melis et al. 2018). Of no use with --lines."),
  Option(
    "--label-smoothing", sets: \.labelSmoothing, as: share, group: group,
    help: "share of the target's probability that all characters get alike",
    details: "The model learns not to be too sure (Szegedy et al. 2016). All losses that are shown are those without "
      + "smoothing."),
]

private let group = "Regularization"
private let share = ValueFormat<Double>.number(.atLeast(0), .below(1))
