/// Inputs and targets for a number of steps of a batch of streams.
///
/// A chunk is filled again and again; its arrays are allocated once.
public struct Chunk: Sendable, Equatable {
  /// The target that says that nothing is predicted here, or that the prediction does not count.
  public static let uncounted: Int32 = -1

  public private(set) var stepCount = 0
  public private(set) var batchSize = 0
  /// The characters that are read.
  public internal(set) var inputs: [Int32] = []  // (step, batch)
  /// The characters that follow them, or `uncounted`.
  public internal(set) var targets: [Int32] = []  // (step, batch)
  /// How many targets count.
  public internal(set) var countedCharacters = 0
  /// Whether the state before the first step is zero.
  public internal(set) var isFirstOfEpoch = false

  public init() {}

  /// Gives the arrays their sizes. What they hold afterwards is unspecified.
  mutating func resize(stepCount: Int, batchSize: Int) {
    self.stepCount = stepCount
    self.batchSize = batchSize
    inputs.resize(to: stepCount * batchSize)
    targets.resize(to: stepCount * batchSize)
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
