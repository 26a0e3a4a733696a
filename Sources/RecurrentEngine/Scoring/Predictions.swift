/// Characters to predict, each with the one before it: a part of a text or of several.
public struct Predictions: Equatable, Sendable {
  /// The token ID that is read before each target.
  public private(set) var inputs: [Int32] = []
  /// The token IDs to predict.
  public private(set) var targets: [Int32] = []
  /// Whether a new sequence starts with a prediction, so that the state before its input is zero.
  public private(set) var starts: [Bool] = []

  /// Creates an empty part.
  public init() {}

  /// The number of predictions.
  public var count: Int { targets.count }
  /// Whether there is nothing to predict.
  public var isEmpty: Bool { targets.isEmpty }

  /// Adds a prediction.
  public mutating func append(_ target: Int32, after input: Int32, isStart: Bool = false) {
    inputs.append(input)
    targets.append(target)
    starts.append(isStart)
  }

  /// Adds all predictions of another part.
  public mutating func append(_ other: Predictions) {
    inputs += other.inputs
    targets += other.targets
    starts += other.starts
  }

  /// Removes the first predictions.
  public mutating func removeFirst(_ count: Int) {
    inputs.removeFirst(count)
    targets.removeFirst(count)
    starts.removeFirst(count)
  }

  /// Returns the first predictions.
  public func prefix(_ count: Int) -> Predictions { self[0..<count] }

  subscript(range: Range<Int>) -> Predictions {
    var part = Predictions()
    part.inputs = Array(inputs[range])
    part.targets = Array(targets[range])
    part.starts = Array(starts[range])
    return part
  }

  /// Returns the predictions as a chunk of one stream.
  ///
  /// - Parameter holdsSequences: Whether sequences can start within it.
  func chunk(holdsSequences: Bool) -> Chunk {
    Chunk(
      stepCount: count, batchSize: 1, inputs: inputs, targets: targets, sequenceStarts: holdsSequences ? starts : [],
      isFirstOfEpoch: false)
  }
}

/// A pass that computes cross-entropies of characters as they arrive.
///
/// The results do not depend on the parts into which the characters are divided, nor on the number of threads.
public protocol ArrivingPass: AnyObject {
  /// Returns the cross-entropy of each of the next characters, in nats.
  func losses(of predictions: Predictions) -> [Float]
}

/// Passes of several models over the same characters, whose probabilities are mixed as in ``MixturePass``.
public final class ArrivingMixturePass: ArrivingPass {
  private let passes: [any ArrivingPass]
  private let weights: [Double]

  /// Creates a pass.
  ///
  /// - Parameters:
  ///   - passes: A pass of each model.
  ///   - weights: The weight of each model; their sum is 1.
  public init(_ passes: [any ArrivingPass], weights: [Double]) {
    precondition(!passes.isEmpty && weights.count == passes.count, "each pass has a weight")
    self.passes = passes
    self.weights = weights
  }

  public func losses(of predictions: Predictions) -> [Float] {
    MixturePass.mixed(passes.map { $0.losses(of: predictions) }, weights: weights)
  }
}
