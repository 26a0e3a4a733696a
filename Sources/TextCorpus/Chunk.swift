/// Inputs and targets for a number of steps of a batch of streams.
///
/// A chunk is filled again and again; its arrays are allocated once.
public struct Chunk: Sendable, Equatable {
  /// The target that says that nothing is predicted here, or that the prediction does not count.
  public static let ignoredTarget: Int32 = -1

  /// Steps of each stream.
  public private(set) var stepCount = 0
  /// Streams.
  public private(set) var batchSize = 0
  /// The characters that are read.
  public internal(set) var inputs: [Int32] = []  // (step, batch)
  /// The characters that follow them, or ``ignoredTarget``.
  public internal(set) var targets: [Int32] = []  // (step, batch)
  /// Where a sequence of its own starts, such as a line: the state before that step is zero, and nothing goes back
  /// beyond it. Empty where each stream is one sequence.
  public internal(set) var sequenceStarts: [Bool] = []  // (step, batch)
  /// How many targets count.
  public internal(set) var countedCharacters = 0
  /// Whether the state before the first step is zero.
  public package(set) var isFirstOfEpoch = false

  /// A chunk without characters, to be filled by streams.
  public init() {}

  /// A chunk that comes from no text.
  ///
  /// - Parameters:
  ///   - inputs: (step, batch), ids of characters.
  ///   - targets: (step, batch), ids of characters or ``ignoredTarget``.
  ///   - sequenceStarts: (step, batch), or none.
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

  /// Gives the arrays their sizes. What they hold afterwards is unspecified, but that no sequence starts.
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
  /// Changes the count and keeps the memory.
  fileprivate mutating func resize(to newCount: Int) {
    if newCount < count {
      removeLast(count - newCount)
    } else {
      append(contentsOf: repeatElement(0, count: newCount - count))
    }
  }
}
