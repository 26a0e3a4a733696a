/// A mini-batch of inputs and targets, time-major: a number of time steps of each stream.
///
/// A chunk is refilled; its arrays are allocated once.
public struct Chunk: Sendable, Equatable {
  /// The target of a position that does not contribute to the loss.
  public static let ignoredTarget: Int32 = -1

  /// The number of time steps.
  public private(set) var stepCount = 0
  /// The number of streams.
  public private(set) var batchSize = 0
  /// The token IDs of the input characters.
  public internal(set) var inputs: [Int32] = []  // (step, batch)
  /// The token IDs of the next characters, or ``ignoredTarget``.
  public internal(set) var targets: [Int32] = []  // (step, batch)
  /// Whether a new sequence, such as a line, starts at a position: the state before that step is zero, and no gradient
  /// flows across it. Empty if each stream is one sequence.
  public internal(set) var sequenceStarts: [Bool] = []  // (step, batch)
  /// The number of targets that are not ``ignoredTarget``.
  public internal(set) var countedCharacters = 0
  /// Whether the state before the first step is zero.
  public package(set) var isFirstOfEpoch = false

  /// Creates an empty chunk, to be filled by streams.
  public init() {}

  /// Creates a chunk from given arrays.
  ///
  /// - Parameters:
  ///   - inputs: (step, batch), token IDs.
  ///   - targets: (step, batch), token IDs or ``ignoredTarget``.
  ///   - sequenceStarts: (step, batch), or empty.
  package init(
    stepCount: Int, batchSize: Int, inputs: [Int32], targets: [Int32], sequenceStarts: [Bool] = [],
    isFirstOfEpoch: Bool
  ) {
    precondition(stepCount >= 0 && batchSize > 0, "a chunk has at least one stream")
    precondition(inputs.count == stepCount * batchSize, "there is one input for each step of each stream")
    precondition(targets.count == inputs.count, "there is one target for each input")
    precondition(inputs.allSatisfy { $0 >= 0 }, "inputs are ids of characters")
    precondition(targets.allSatisfy { $0 >= Self.ignoredTarget }, "targets are ids of characters, or ignoredTarget")
    precondition(
      sequenceStarts.isEmpty || sequenceStarts.count == inputs.count, "each input starts a sequence, or does not")
    self.stepCount = stepCount
    self.batchSize = batchSize
    self.inputs = inputs
    self.targets = targets
    self.sequenceStarts = sequenceStarts
    self.countedCharacters = targets.count { $0 != Self.ignoredTarget }
    self.isFirstOfEpoch = isFirstOfEpoch
  }

  /// Resizes the arrays. Their contents are then unspecified, except that no sequence starts.
  mutating func resize(stepCount: Int, batchSize: Int, hasSequenceStarts: Bool = false) {
    self.stepCount = stepCount
    self.batchSize = batchSize
    inputs.resize(to: stepCount * batchSize)
    targets.resize(to: stepCount * batchSize)
    sequenceStarts.removeAll(keepingCapacity: true)
    if hasSequenceStarts { sequenceStarts.append(contentsOf: repeatElement(false, count: stepCount * batchSize)) }
  }
}

extension [Int32] {
  /// Changes the count and keeps the capacity.
  fileprivate mutating func resize(to newCount: Int) {
    if newCount < count {
      removeLast(count - newCount)
    } else {
      append(contentsOf: repeatElement(0, count: newCount - count))
    }
  }
}
