/// Consecutive time steps of a batch of texts: input and target characters.
public struct Chunk: Equatable, Sendable {
  public let inputs: [[Int]]  // (step, batch)
  public let targets: [[Int?]]  // (step, batch)

  /// - Parameters:
  ///   - inputs: Character IDs, `(step, batch)`.
  ///   - targets: IDs of the following characters, `(step, batch)`; `nil` is ignored.
  /// - Precondition: Both have the same shape, and every step has the same number of rows.
  public init(inputs: [[Int]], targets: [[Int?]]) {
    let batchSize = inputs.first?.count ?? 0
    precondition(
      inputs.count == targets.count && (inputs.map(\.count) + targets.map(\.count)).allSatisfy { $0 == batchSize },
      "inputs and targets are (step, batch), both of the same shape")
    self.inputs = inputs
    self.targets = targets
  }

  public var stepCount: Int { inputs.count }
  public var batchSize: Int { inputs.first?.count ?? 0 }

  /// The number of targets that are not `nil`.
  public var countedTargets: Int {
    targets.joined().count { $0 != nil }
  }

  func inputs(ofRow row: Int) -> [Int] { inputs.map { $0[row] } }
  func targets(ofRow row: Int) -> [Int?] { targets.map { $0[row] } }
}
