internal import CommandLineSupport
internal import RecurrentEngine

private let counts = 1...Int(Int32.max)
private let countsFromZero = 0...Int(Int32.max)
private let group = "Training"

package let optimizationOptions: [ConfigurationOption] =
  batchOptions + optimizerOptions + scheduleOptions + [
    ConfigurationOption(
      "--average", "--ema", sets: \.averageDecay, as: .number(.atLeast(0), .below(1)), group: group,
      help: "validate and keep an exponential moving average of the weights with this decay"),
    ConfigurationOption(
      "--clip", "--grad-clip", valueName: "NORM", sets: \.clippingNorm, as: .number(.atLeast(0)), group: group,
      help: "maximum gradient norm; 0 for no limit",
      details: "A longer gradient is scaled down as a whole, so that it keeps its direction (Pascanu et al. 2013). "
        + "char-rnn's -grad_clip differs: it clamps each element separately, so that its 5 hardly ever acts."),
    ConfigurationOption(
      "--seed", sets: \.initialization.seed, as: .integer(in: 0...UInt64.max), group: group,
      help: "random seed; the same seed gives the same model"),
  ]

package let batchOptions: [ConfigurationOption] = [
  ConfigurationOption(
    "--batch-size", sets: \.batchSize, as: .integer(in: counts), absentMeans: "16", group: group,
    help: "sequences per batch"),
  ConfigurationOption(
    "--seq-length", "--block-size", sets: \.chunkLength, as: .integer(in: counts), absentMeans: "128", group: group,
    help: "truncated-BPTT length in characters"),
]

package let optimizerOptions: [ConfigurationOption] = [
  ConfigurationOption("--optimizer", sets: \.optimizer.kindWithItsDecay, as: .choice, group: group, help: "optimizer"),
  ConfigurationOption(
    "--learning-rate", sets: \.optimizer.learningRate, as: .number(.above(0)), absentMeans: "chosen", group: group,
    help: "learning rate"),
  ConfigurationOption(
    "--beta1", sets: \.optimizer.beta1, as: .number(.atLeast(0), .below(1)), group: group,
    help: "decay of Adam's first moment"
  ).requiring("--optimizer adam or adamw") { [.adam, .adamw].contains($0.optimizer.kind) },
  ConfigurationOption(
    "--beta2", sets: \.optimizer.beta2, as: .number(.atLeast(0), .below(1)), group: group,
    help: "decay of Adam's second moment"
  ).requiring("--optimizer adam or adamw") { [.adam, .adamw].contains($0.optimizer.kind) },
  ConfigurationOption(
    // Far below the minimum, epsilon is zero as a Float, and a weight without a gradient becomes 0 / 0.
    "--epsilon", sets: \.optimizer.epsilon, as: .number(.atLeast(1e-30)), group: group,
    help: "term that Adam and RMSProp add to the root of the mean square"
  ).requiring("--optimizer adam, adamw or rmsprop") { $0.optimizer.kind != .sgd },
  ConfigurationOption(
    "--momentum", sets: \.optimizer.momentum, as: .number(.atLeast(0), .below(1)), group: group, help: "momentum of sgd"
  ).requiring("--optimizer sgd") { $0.optimizer.kind == .sgd },
  ConfigurationOption(
    "--rmsprop-decay", sets: \.optimizer.rmsPropDecay, as: .number(.atLeast(0), .below(1)), group: group,
    help: "decay of RMSProp's mean square"
  ).requiring("--optimizer rmsprop") { $0.optimizer.kind == .rmsprop },
  ConfigurationOption(
    "--weight-decay", sets: \.optimizer.weightDecay, as: .number(.atLeast(0), .atMost(10)),
    absentMeans: "0, of adamw 0.01", group: group, help: "decoupled weight-decay coefficient"),
]

package let scheduleOptions: [ConfigurationOption] = [
  ConfigurationOption(
    "--schedule", sets: \.schedule.kindWithItsRate, as: .choice, absentMeans: "wsd", group: group,
    help: "learning-rate schedule; wsd is warmup, stable, decay",
    details: "constant stays. cosine and linear fall until the end of the run. step multiplies by --decay-rate every "
      + "--decay-every epochs after --decay-after. plateau does so after --decay-every validations without improvement. "
      + "wsd stays and then falls linearly over the last --decay-steps; with --max-time it begins to fall when the time "
      + "that is left is just enough, while for cosine and linear the number of steps is fixed before the first one, from "
      + "trial steps that are undone. char-rnn's recipe is --schedule step --decay-rate 0.97 --decay-after 10."
  ).requiring("a run that validates") { $0.schedule.kind != .plateau || $0.validates },
  ConfigurationOption(
    "--warmup", "--warmup-iters", sets: \.schedule.warmupSteps, as: .integer(in: countsFromZero), group: group,
    help: "optimizer steps in which the learning rate rises from zero"),
  ConfigurationOption(
    "--decay-rate", sets: \.schedule.decayRate, as: .number(.above(0), .atMost(1)),
    absentMeans: "0.97, of plateau 0.5", group: group, help: "factor of the learning rate in step and plateau"
  ).requiring("--schedule step or plateau") { [.step, .plateau].contains($0.schedule.kind) },
  ConfigurationOption(
    "--decay-every", sets: \.schedule.decayEvery, as: .integer(in: counts), group: group,
    help: "epochs between decays of step; validations without improvement before a decay of plateau"
  ).requiring("--schedule step or plateau") { [.step, .plateau].contains($0.schedule.kind) },
  ConfigurationOption(
    "--decay-after", sets: \.schedule.decayAfter, as: .integer(in: countsFromZero), group: group,
    help: "epochs before the first decay of step"
  ).requiring("--schedule step") { $0.schedule.kind == .step },
  ConfigurationOption(
    "--decay-steps", sets: \.schedule.stepsOfDecay, as: .integer(in: counts), absentMeans: "a fifth of the run",
    requires: "--schedule wsd", group: group, help: "optimizer steps at the end in which wsd falls"),
]

extension TrainingConfiguration {
  /// Maximum gradient norm; 0 for no clipping.
  var clippingNorm: Double {
    get { clip ?? 0 }
    set { clip = newValue > 0 ? newValue : nil }
  }
}

extension OptimizerConfiguration {
  /// Optimizer. Setting another one sets the weight decay to its default.
  var kindWithItsDecay: Kind {
    get { kind }
    set {
      if newValue != kind { weightDecay = newValue == .adamw ? 0.01 : nil }
      kind = newValue
    }
  }
}

extension LearningRateSchedule {
  /// Learning-rate schedule. Setting another one sets the decay rate to its default.
  var kindWithItsRate: Kind {
    get { kind }
    set {
      guard newValue != kind else { return }
      kind = newValue
      decayRate = Self.usualDecayRate(of: newValue)
      stepsOfDecay = nil
    }
  }

  /// Number of decay steps; only `wsd` has one.
  var stepsOfDecay: Int? {
    get { decaySteps }
    set { if kind == .wsd || newValue == nil { decaySteps = newValue } }
  }
}
