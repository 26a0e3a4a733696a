internal import KernelTemplates

/// The optimizer and its hyperparameters.
public struct OptimizerConfiguration: Codable, Equatable, Sendable {
  /// The optimization algorithms.
  public enum Kind: String, Codable, CaseIterable, Sendable {
    /// Adam (Kingma and Ba 2014).
    case adam
    /// Adam with decoupled ``OptimizerConfiguration/weightDecay`` (AdamW, Loshchilov and Hutter 2019).
    case adamw
    /// RMSProp (Tieleman and Hinton 2012).
    case rmsprop
    /// Stochastic gradient descent, with optional momentum.
    case sgd

    /// The number of moments stored for each parameter.
    public var momentCount: Int { momentNames.count }

    /// The moments' names in PyTorch's optimizers.
    var momentNames: [String] {
      switch self {
      case .adam, .adamw: ["exp_avg", "exp_avg_sq"]
      case .rmsprop: ["square_avg"]
      case .sgd: ["momentum_buffer"]
      }
    }
  }

  /// The algorithm; hyperparameters of other algorithms are ignored.
  public var kind: Kind
  /// The learning rate.
  public var learningRate: Double
  /// The decay rate of Adam's first moment.
  public var beta1: Double
  /// The decay rate of Adam's second moment.
  public var beta2: Double
  /// The ε in the denominator of Adam and RMSProp.
  public var epsilon: Double
  /// The momentum of SGD.
  public var momentum: Double
  /// The decay rate of RMSProp's mean square.
  public var rmsPropDecay: Double
  /// The decoupled weight-decay coefficient: each step first subtracts this fraction, times the learning rate, of every
  /// parameter, independent of the gradient. Nil for no weight decay.
  public var weightDecay: Double?

  /// Creates a configuration; the defaults are common values.
  public init(
    kind: Kind = .adam, learningRate: Double = 0.002, beta1: Double = 0.9, beta2: Double = 0.999,
    epsilon: Double = 1e-8, momentum: Double = 0, rmsPropDecay: Double = 0.95,
    weightDecay: Double? = nil
  ) {
    self.kind = kind
    self.learningRate = learningRate
    self.beta1 = beta1
    self.beta2 = beta2
    self.epsilon = epsilon
    self.momentum = momentum
    self.rmsPropDecay = rmsPropDecay
    self.weightDecay = weightDecay
  }
}

final class Optimizer {
  let configuration: OptimizerConfiguration
  let moments: [FloatBuffer]
  var updateCount = 0

  /// The number of floats that one work item updates.
  private static let pieceSize = 16_384

  init(_ configuration: OptimizerConfiguration, parameterCount: Int) {
    self.configuration = configuration
    moments = (0..<configuration.kind.momentCount).map { _ in FloatBuffer(count: parameterCount) }
  }

  /// Returns the global norm of the gradients, from pieces of fixed length added in order.
  static func norm(_ gradients: FloatBuffer, kernels: KernelSet, executor: ParallelExecutor) -> Double {
    let squares = FloatBuffer(count: (gradients.count + pieceSize - 1) / pieceSize)
    executor.run(squares.count) { piece in
      let first = piece * pieceSize
      let count = min(pieceSize, gradients.count - first)
      squares[piece] = kernels.sumOfSquares(gradients.pointer(at: first, count: count), count)
    }
    return squares.view.reduce(0.0) { $0 + Double($1) }.squareRoot()
  }

  func update(
    _ parameters: FloatBuffer, gradients: FloatBuffer, gradientScale: Float, rateFactor: Double, kernels: KernelSet,
    executor: ParallelExecutor
  ) {
    updateCount += 1
    let c = configuration
    let learningRate = c.learningRate * rateFactor
    let rate = Float(learningRate)
    let keep = Float(max(0, 1 - learningRate * (c.weightDecay ?? 0)))
    // Powers by multiplication alone: the C library's result may differ between CPUs.
    let adamStep = AdamStep(
      rate: Float(learningRate / (1 - power(c.beta1, updateCount))), beta1: c.beta1, beta2: c.beta2,
      epsilon: Float(c.epsilon),
      secondMomentCorrection: Float(1 / (1 - power(c.beta2, updateCount)).squareRoot()))
    executor.run((parameters.count + Self.pieceSize - 1) / Self.pieceSize) { [moments] piece in
      let first = piece * Self.pieceSize
      let count = min(Self.pieceSize, parameters.count - first)
      if keep < 1 {
        let decayed = parameters[first..<first + count]
        for index in decayed.indices { decayed[index] *= keep }
      }
      let values = parameters.pointer(at: first, count: count)
      let slopes = gradients.pointer(at: first, count: count)
      let moment = moments[0].pointer(at: first, count: count)
      switch c.kind {
      case .adam, .adamw:
        let second = moments[1].pointer(at: first, count: count)
        kernels.adam(adamStep, count, values, slopes, gradientScale, moment, second)
      case .rmsprop:
        kernels.rmsProp(rate, c.rmsPropDecay, Float(c.epsilon), count, values, slopes, gradientScale, moment)
      case .sgd:
        kernels.sgd(rate, Float(c.momentum), count, values, slopes, gradientScale, moment)
      }
    }
  }
}
