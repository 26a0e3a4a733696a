package import CommandLineSupport
internal import RecurrentEngine

private let counts = 1...Int(Int32.max)
private let countsFromZero = 0...Int(Int32.max)
private let group = "Optimizer and schedule"
private let training = "Training"

package let optimizationOptions: [ConfigurationOption] =
  batchOptions + optimizerOptions + scheduleOptions + [
    ConfigurationOption(
      "--average", "--ema", sets: \.averageDecay, as: .number(.atLeast(0), .below(1)), group: group,
      help: "validate and keep an exponential moving average of the weights with this decay",
      details: "The average is smoother than the weights after any step (Polyak and Juditsky 1992). It is validated, "
        + "written to the checkpoint and read by the other tools. Decays from 0.99 to 0.9999 are usual."),
    ConfigurationOption(
      "--clip", "--grad-clip", valueName: "NORM", sets: \.clippingNorm, as: .number(.atLeast(0)), group: group,
      help: "maximum gradient norm; 0 for no limit",
      details: "A longer gradient is scaled down as a whole, so that it keeps its direction (Pascanu et al. 2013). "
        + "char-rnn's -grad_clip differs: it clamps each element separately, so that its 5 hardly ever acts."),
    ConfigurationOption(
      "--seed", sets: \.initialization.seed, as: .integer(in: 0...UInt64.max), group: training,
      help: "random seed; the same seed gives the same model"),
  ]

package let batchOptions: [ConfigurationOption] = [
  ConfigurationOption(
    "--batch-size", sets: \.batchSize, as: .integer(in: counts), absentMeans: "16", group: training,
    help: "sequences per mini-batch",
    details: "Each row of the mini-batch reads a part of the text in order and carries its state from step to step."),
  ConfigurationOption(
    "--shards", sets: \.shardCount, as: .powerOfTwo(in: TrainingConfiguration.shardCounts), group: training,
    help: "parts of a mini-batch whose gradients are summed separately; a power of two",
    details: "The sums are added in a fixed binary tree, so that this number of processes, or half of it and so on, "
      + "computes the same bytes (mpirun). It divides --batch-size."),
  ConfigurationOption(
    "--seq-length", "--block-size", sets: \.chunkLength, as: .integer(in: counts), absentMeans: "128", group: training,
    help: "sequence length in characters, for truncated BPTT",
    details: "Gradients end at the start of a sequence; the state is carried on (Williams and Peng 1990)."),
]

package let optimizerOptions: [ConfigurationOption] = [
  ConfigurationOption(
    "--optimizer", sets: \.optimizer.kindWithItsDecay, as: .choice, group: group, help: "optimizer",
    details: "Adam (Kingma and Ba 2015); AdamW, with decoupled weight decay (Loshchilov and Hutter 2019); RMSProp "
      + "(Tieleman and Hinton 2012), the choice of char-rnn; stochastic gradient descent, with --momentum."),
  ConfigurationOption(
    "--learning-rate", sets: \.optimizer.learningRate, as: .number(.above(0)), absentMeans: "by cell and size",
    group: training, help: "learning rate",
    details: "lstm-study learning-rate finds a good one. If training diverges, lower it."),
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
    help: "term in the denominator of Adam and RMSProp, for numerical stability"
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
    absentMeans: "0, of adamw 0.01", group: group, help: "decoupled weight-decay coefficient",
    details: "An optimizer step multiplies each weight by 1 - rate × coefficient (Loshchilov and Hutter 2019)."),
]

package let scheduleOptions: [ConfigurationOption] = [
  ConfigurationOption(
    "--schedule", sets: \.schedule.kindWithItsRate, as: .choice, absentMeans: "wsd", group: group,
    help: "learning-rate schedule; wsd is warmup, stable, decay",
    details: "constant does not change. cosine (Loshchilov and Hutter 2017) and linear fall until the end of the run. "
      + "step multiplies by --decay-rate every --decay-every epochs after --decay-after. plateau does so after "
      + "--decay-every validations without improvement. wsd (Hu et al. 2024) is constant and then falls linearly over "
      + "the "
      + "last --decay-steps; with --max-time the decay begins when just enough time is left. cosine and linear with "
      + "--max-time measure trial steps first, undo them, and fix the number of steps. char-rnn's recipe is "
      + "--schedule step --decay-rate 0.97 --decay-after 10."
  ).requiring("a run that validates") { $0.schedule.kind != .plateau || $0.validates },
  ConfigurationOption(
    "--warmup", "--warmup-iters", sets: \.schedule.warmupSteps, as: .integer(in: countsFromZero), group: group,
    help: "optimizer steps over which the learning rate rises from 0"),
  ConfigurationOption(
    "--decay-rate", sets: \.schedule.decayRate, as: .number(.above(0), .atMost(1)),
    absentMeans: "0.97, of plateau 0.5", group: group, help: "learning-rate decay factor of step and plateau"
  ).requiring("--schedule step or plateau") { [.step, .plateau].contains($0.schedule.kind) },
  ConfigurationOption(
    "--decay-every", sets: \.schedule.decayEvery, as: .integer(in: counts), group: group,
    help: "epochs between decays of step; patience of plateau in validations"
  ).requiring("--schedule step or plateau") { [.step, .plateau].contains($0.schedule.kind) },
  ConfigurationOption(
    "--decay-after", sets: \.schedule.decayAfter, as: .integer(in: countsFromZero), group: group,
    help: "epochs before the first decay of step"
  ).requiring("--schedule step") { $0.schedule.kind == .step },
  ConfigurationOption(
    "--decay-steps", sets: \.schedule.stepsOfDecay, as: .integer(in: counts), absentMeans: "a fifth of the run",
    requires: "--schedule wsd", group: group, help: "optimizer steps of the decay phase of wsd"),
]

extension TrainingConfiguration {
  /// - Throws: `UsageError.conflict` if a mini-batch cannot be divided into shards.
  package func checkShards() throws(UsageError) {
    guard batchSize % shardCount != 0 else { return }
    throw .conflict("--batch-size \(batchSize) cannot be divided into \(shardCount) shards; give a multiple of it")
  }

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
