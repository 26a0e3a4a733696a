// swift-format-ignore-file: IdentifiersMustBeASCII
// Names are those of the equations.

internal import SystemCalls

/// Returns the logistic function of each element.
func σ(_ a: Vector) -> Vector {
  a.map { 1 / (1 + Mathematics.exponential(-$0)) }
}

func tanh(_ a: Vector) -> Vector {
  a.map { Mathematics.hyperbolicTangent($0) }
}

/// Returns the derivative of `σ` at the point where its value is `y`.
func dσ(_ y: Vector) -> Vector {
  y ∘ (1 - y)
}

/// Returns the derivative of `tanh` at the point where its value is `y`.
func dtanh(_ y: Vector) -> Vector {
  1 - y ∘ y
}

/// Returns L = log Σ exp(logits) − q · logits, in nats, where q is 1 − smoothing at the target plus the smoothing mass
/// spread uniformly over all characters. Without smoothing, L = log Σ exp(logits) − logits[target].
func crossEntropy(_ logits: Vector, target: Int, smoothing: Double) -> Double {
  let mean = logits.values.reduce(0, +) / Double(logits.count)
  return logSumExp(logits) - (1 - smoothing) * logits[target] - smoothing * mean
}

/// Returns ∂L/∂logits = softmax(logits) − q.
func dCrossEntropy(_ logits: Vector, target: Int, smoothing: Double) -> Vector {
  let logSum = logSumExp(logits)
  var difference = logits.map { Mathematics.exponential($0 - logSum) - smoothing / Double(logits.count) }
  difference.values[target] -= 1 - smoothing
  return difference
}

private func logSumExp(_ logits: Vector) -> Double {
  // The largest term is factored out so that no exponential overflows.
  let largest = logits.values.max() ?? 0
  let sum = logits.values.reduce(0) { $0 + Mathematics.exponential($1 - largest) }
  return largest + Mathematics.logarithm(sum)
}
