// swift-format-ignore-file: IdentifiersMustBeASCII
// Names are those of the equations.

internal import SystemCalls

/// The logistic function.
func σ(_ a: Vector) -> Vector {
  a.map { 1 / (1 + Mathematics.exponential(-$0)) }
}

func tanh(_ a: Vector) -> Vector {
  a.map { Mathematics.hyperbolicTangent($0) }
}

/// The derivative of `σ` at the point where its value is `y`.
func dσ(_ y: Vector) -> Vector {
  y ∘ (1 - y)
}

/// The derivative of `tanh` at the point where its value is `y`.
func dtanh(_ y: Vector) -> Vector {
  1 - y ∘ y
}

/// L = log Σ exp(logits) − q · logits, in nats, where q has 1 − smoothing at the target and shares the rest equally among
/// all. Without smoothing that is log Σ exp(logits) − logits[target].
func crossEntropy(_ logits: Vector, target: Int, smoothing: Double) -> Double {
  let mean = logits.values.reduce(0, +) / Double(logits.count)
  return logSumExp(logits) - (1 - smoothing) * logits[target] - smoothing * mean
}

/// ∂L/∂logits = softmax(logits) − q
func dCrossEntropy(_ logits: Vector, target: Int, smoothing: Double) -> Vector {
  let logSum = logSumExp(logits)
  var difference = logits.map { Mathematics.exponential($0 - logSum) - smoothing / Double(logits.count) }
  difference.values[target] -= 1 - smoothing
  return difference
}

private func logSumExp(_ logits: Vector) -> Double {
  // The largest term is taken out, so that no exponential overflows.
  let largest = logits.values.max() ?? 0
  let sum = logits.values.reduce(0) { $0 + Mathematics.exponential($1 - largest) }
  return largest + Mathematics.logarithm(sum)
}
