internal import RecurrentEngine

/// The phases of a training step, and the least that each has to do.
enum TrainingPhase: String, CaseIterable {
  case forward, softmax, backward
  case weightGradients = "weight_gradients"
  case update, packing

  /// What limits a phase.
  enum Work {
    /// Floating-point operations in products; what is done between them counts nothing.
    case operations(Double)
    /// Bytes that are read and written.
    case bytes(Double)
  }

  var seconds: WritableKeyPath<ChunkTrainer.PhaseTimes, Double> {
    switch self {
    case .forward: \.forward
    case .softmax: \.softmax
    case .backward: \.backward
    case .weightGradients: \.weightGradients
    case .update: \.update
    case .packing: \.packing
    }
  }

  /// - Parameters:
  ///   - characters: Characters that the step predicts.
  ///   - momentCount: Numbers that the optimizer keeps for each parameter.
  func work(_ model: ModelConfiguration, characters: Double, momentCount: Int) -> Work {
    switch self {
    case .forward, .backward: .operations(2 * model.layerProductWeights * characters)
    // The logits, and the gradient of what the last layer puts out.
    case .softmax: .operations(4 * model.outputWeights * characters)
    case .weightGradients: .operations(2 * model.productWeights * characters)
    // The norm reads the gradients; then weights, gradients and moments are read, and all but the gradients written.
    case .update: .bytes(Double(MemoryLayout<Float>.size * (4 + 2 * momentCount) * model.parameterCount))
    // Each weight is read in one order and written in the other.
    case .packing: .bytes(2 * Double(MemoryLayout<Float>.size) * model.productWeights)
    }
  }
}
