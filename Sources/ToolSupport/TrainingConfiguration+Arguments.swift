internal import CommandLineSupport
package import RecurrentEngine

extension TrainingConfiguration {
  /// The options of `lstm-train` that ask for this configuration, each with its value.
  ///
  /// All that have a part in the computation are there, also those that have their defaults: another version may have
  /// others. How long training goes on, paths and threads are no part of it.
  package var arguments: [String] {
    var pairs = CellOptions(cell).arguments
    if cell.hasForgetGate { pairs.append(("--forget-bias", NumberText.shortest(initialization.forgetBias))) }
    pairs += [
      ("--hidden", String(hiddenSize)), ("--layers", String(layerCount)), ("--unit", unit.rawValue),
    ]
    if let embedding { pairs.append(("--embedding", String(embedding.size))) }
    if layerCount > 1 { pairs += connection.options }
    if unit != .byte { pairs.append(("--invalid", malformedUTF8.rawValue)) }
    pairs += [("--batch-size", String(batchSize)), ("--seq-length", String(chunkLength))]
    pairs += optimizer.options + schedule.options
    if let averageDecay { pairs.append(("--average", NumberText.shortest(averageDecay))) }
    pairs += regularization.options
    pairs += [
      ("--clip", NumberText.shortest(clip ?? 0)), ("--val-fraction", NumberText.shortest(validationFraction)),
      ("--seed", String(initialization.seed)), ("--init", initialization.recurrent.rawValue),
    ]
    return pairs.flatMap { [$0, $1] } + CellOptions(cell).flags + (embedding?.isTied == true ? ["--tie"] : [])
      + (normalization == .layer ? ["--layer-norm"] : []) + division.arguments
  }
}

extension Connection {
  fileprivate var options: [(String, String)] {
    [("--connection", kind.rawValue)] + (leak.map { [("--leak", NumberText.shortest($0))] } ?? [])
  }
}

extension TextDivision {
  /// Those that have a part in it, without the files.
  fileprivate var arguments: [String] {
    var arguments = readsLines ? ["--lines"] : ["--split", split.rawValue]
    if let validationLineCount { arguments += ["--val-lines", String(validationLineCount)] }
    if testFraction > 0 { arguments += ["--test-fraction", NumberText.shortest(testFraction)] }
    return arguments
  }

  /// The options that name held-out texts, with paths to be filled in: no checkpoint knows them.
  package var fileArguments: [String] {
    (hasValidationText ? ["--val-file", "validation.txt"] : []) + (hasTestText ? ["--test-file", "test.txt"] : [])
  }
}

extension OptimizerConfiguration {
  fileprivate var options: [(String, String)] {
    let common = [("--optimizer", kind.rawValue), ("--learning-rate", NumberText.shortest(learningRate))]
    let decay = weightDecay.map { [("--weight-decay", NumberText.shortest($0))] } ?? []
    return decay + own(common)
  }

  private func own(_ common: [(String, String)]) -> [(String, String)] {
    switch kind {
    case .adam, .adamw:
      common + [
        ("--beta1", NumberText.shortest(beta1)), ("--beta2", NumberText.shortest(beta2)),
        ("--epsilon", NumberText.shortest(epsilon)),
      ]
    case .rmsprop:
      common + [("--rmsprop-decay", NumberText.shortest(rmsPropDecay)), ("--epsilon", NumberText.shortest(epsilon))]
    case .sgd: common + [("--momentum", NumberText.shortest(momentum))]
    }
  }
}

extension LearningRateSchedule {
  fileprivate var options: [(String, String)] {
    let common = [("--schedule", kind.rawValue), ("--warmup", String(warmupSteps))]
    let factor = [("--decay-rate", NumberText.shortest(decayRate)), ("--decay-every", String(decayEvery))]
    return switch kind {
    case .constant, .cosine, .linear: common
    case .step: common + factor + [("--decay-after", String(decayAfter))]
    case .plateau: common + factor
    case .wsd: common + (decaySteps.map { [("--decay-steps", String($0))] } ?? [])
    }
  }
}

extension Regularization {
  fileprivate var options: [(String, String)] {
    let mask = dropout > 0 ? [("--dropout-mask", dropoutMask.rawValue)] : []
    return [("--dropout", NumberText.shortest(dropout))] + mask + [
      ("--input-dropout", NumberText.shortest(inputDropout)),
      ("--recurrent-dropout", NumberText.shortest(recurrentDropout)),
      ("--state-reset", NumberText.shortest(stateReset)),
      ("--label-smoothing", NumberText.shortest(labelSmoothing)),
    ]
  }
}
