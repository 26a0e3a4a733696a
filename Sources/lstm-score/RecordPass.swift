internal import RecurrentEngine

/// The passes over a text as it arrives: whole records as rows of a mini-batch, or one stream.
struct RecordPass {
  /// The number of predictions in a record that is not held until it ends.
  private static let longRecord = 1 << 16

  /// The pass over whole records; nil if all of the text is read in one stream.
  private let batched: (any ArrivingPass)?
  private let makeContinuous: () -> any ArrivingPass
  private var continuous: (any ArrivingPass)?
  /// Whether the continuous pass has read the start of a record that has not ended.
  private var isInLongRecord = false

  /// - Parameters:
  ///   - adaptations: The settings of dynamic evaluation for each model.
  ///   - readsRecords: Whether the text has records.
  init(_ mixture: ModelMixture, _ adaptations: [Adaptation?], readsRecords: Bool, threadCount: Int) {
    let isFixed = adaptations.allSatisfy { $0 == nil }
    batched =
      readsRecords && isFixed
      ? ArrivingMixturePass(
        mixture.models.map { SequencePass($0, threadCount: threadCount) }, weights: mixture.weights) : nil
    makeContinuous = {
      ArrivingMixturePass(
        zip(mixture.models, adaptations).map {
          ContinuousPass($0, adaptation: $1, holdsSequences: readsRecords, threadCount: threadCount)
        }, weights: mixture.weights)
    }
  }

  /// Returns the losses of the next units, and the number of units: those of all complete records, or also the start of
  /// a long one.
  mutating func next(in queue: UnitQueue) -> (losses: [Float], unitCount: Int) {
    guard let batched else { return (run(queue.predictions), queue.count) }
    if queue.complete.units > 0 {
      let predictions = queue.predictions.prefix(queue.complete.predictions)
      let losses = isInLongRecord ? run(predictions) : batched.losses(of: predictions)
      isInLongRecord = false
      return (losses, queue.complete.units)
    }
    guard isInLongRecord || queue.predictions.count >= Self.longRecord else { return ([], 0) }
    isInLongRecord = true
    return (run(queue.predictions), queue.count)
  }

  private mutating func run(_ predictions: Predictions) -> [Float] {
    let pass = continuous ?? makeContinuous()
    continuous = pass
    return pass.losses(of: predictions)
  }
}
