internal import RecurrentEngine

/// A phase of a training step, with its minimum work.
enum TrainingPhase: String, CaseIterable {
  case forward, softmax, backward
  case weightGradients = "weight_gradients"
  case update, packing

  /// Work that bounds the time of a phase.
  enum Work {
    /// Floating-point operations of matrix products; others are not counted.
    case operations(Double)
    /// Bytes read and written.
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

  /// Returns the minimum work in a step that predicts `characters` characters, with `momentCount` moments a parameter.
  func work(_ model: ModelConfiguration, characters: Double, momentCount: Int) -> Work {
    switch self {
    case .forward, .backward: .operations(2 * model.layerProductWeights * characters)
    // The logits, and the gradient of the last layer's output.
    case .softmax: .operations(4 * model.outputWeights * characters)
    case .weightGradients: .operations(2 * model.productWeights * characters)
    // The gradient norm reads the gradients. The update reads weights, gradients and moments, and writes all but the
    // gradients.
    case .update: .bytes(Double(MemoryLayout<Float>.size * (4 + 2 * momentCount) * model.parameterCount))
    // Each weight is read in one storage order and written in the other.
    case .packing: .bytes(2 * Double(MemoryLayout<Float>.size) * model.productWeights)
    }
  }
}
