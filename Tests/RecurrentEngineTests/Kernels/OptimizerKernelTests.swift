import KernelTemplates
import Testing

@testable import RandomNumbers
@testable import RecurrentEngine
@testable import RecurrentModel
@testable import Safetensors
@testable import SystemCalls
@testable import TextCorpus

/// Tests of one step of each optimizer, parameter by parameter, against its formula in Double.
@Suite struct OptimizerKernelTests {
  /// The error bound of the square root, as its source states it.
  private static let squareRootError = 2.5e-7
  private static let counts = [16, 32, 48, 64, 176]

  /// Parameters with gradients and moments of very different magnitudes; the padding is zero.
  private struct State {
    let parameters: [Float]
    let gradients: [Float]
    let firstMoment: [Float]
    let secondMoment: [Float]

    init(count: Int, random: inout RandomGenerator) {
      let scales: [Float] = (0..<count).map { [1, 1e-3, 1e-9, 30, 0][$0 % 5] }
      parameters = scales.map { ($0 > 0 ? 1 : 0) * random.nextUniform(2) }
      gradients = scales.map { $0 * random.nextUniform(1) }
      // Every third moment is zero, as in the first step.
      let pasts = scales.enumerated().map { $0 % 3 == 0 ? 0 : $1 }
      firstMoment = pasts.map { $0 * random.nextUniform(1) }
      secondMoment = pasts.map { $0 * $0 * random.nextUnit() }
    }
  }

  private static func state(_ count: Int) -> State {
    var random = RandomGenerator(seed: 41)
    return State(count: count, random: &random)
  }

  /// A number and a bound of its rounding error.
  private struct Rounded {
    var value: Double
    var error: Double

    func holds(_ actual: Float) -> Bool { abs(Double(actual) - value) <= error + 1e-44 }
  }

  /// Returns α·a + β·b, with at most six roundings of each term.
  private func mix(_ alpha: Double, _ a: Double, _ beta: Double, _ b: Double) -> Rounded {
    Rounded(value: alpha * a + beta * b, error: 6 * roundoff * (abs(alpha * a) + abs(beta * b)))
  }

  /// w − rate · numerator / denominator
  private func changed(_ parameter: Float, rate: Double, _ numerator: Rounded, _ denominator: Rounded) -> Rounded {
    let change = rate * numerator.value / denominator.value
    let relativeError = denominator.error / denominator.value + 4 * roundoff
    return Rounded(
      value: Double(parameter) - change,
      error: abs(change) * relativeError + rate * numerator.error / denominator.value
        + 2 * roundoff * (abs(Double(parameter)) + abs(change)))
  }

  /// factor · √v + ε
  private func denominator(_ square: Rounded, factor: Double, epsilon: Double) -> Rounded {
    let root = square.value.squareRoot()
    let error = square.value > 0 ? square.error / square.value / 2 + Self.squareRootError + 2 * roundoff : 0
    return Rounded(value: factor * root + epsilon, error: factor * root * error + roundoff * (factor * root + epsilon))
  }

  @Test(arguments: availableKernels, counts)
  func adam(kernels: KernelSet, count: Int) {
    let state = Self.state(count)
    let step = AdamStep(rate: 0.02, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, secondMomentCorrection: 1.7)
    let (w, m, v) = (
      GuardedFloats(state.parameters), GuardedFloats(state.firstMoment), GuardedFloats(state.secondMoment)
    )
    kernels.adam(step, count, w.pointer, state.gradients, 0.37, m.pointer, v.pointer)
    for index in 0..<count {
      let g = Double(state.gradients[index]) * Double(Float(0.37))
      let first = mix(0.9, Double(state.firstMoment[index]), 0.1, g)
      let second = mix(0.999, Double(state.secondMoment[index]), 0.001, g * g)
      let denominator = denominator(
        second, factor: Double(step.secondMomentCorrection), epsilon: Double(step.epsilon))
      let parameter = changed(state.parameters[index], rate: Double(step.rate), first, denominator)
      #expect(first.holds(m.pointer[index]) && second.holds(v.pointer[index]), "moments of \(index)")
      #expect(parameter.holds(w.pointer[index]), "parameter \(index)")
    }
    expectPaddingIsZero([w, m, v])
  }

  @Test(arguments: availableKernels, counts)
  func rmsProp(kernels: KernelSet, count: Int) {
    let state = Self.state(count)
    let (rate, decay, epsilon): (Float, Double, Float) = (0.02, 0.999, 1e-6)
    let (w, v) = (GuardedFloats(state.parameters), GuardedFloats(state.secondMoment))
    kernels.rmsProp(rate, decay, epsilon, count, w.pointer, state.gradients, 0.37, v.pointer)
    for index in 0..<count {
      let g = Double(state.gradients[index]) * Double(Float(0.37))
      let second = mix(decay, Double(state.secondMoment[index]), 1 - decay, g * g)
      let parameter = changed(
        state.parameters[index], rate: Double(rate), Rounded(value: g, error: roundoff * abs(g)),
        denominator(second, factor: 1, epsilon: Double(epsilon)))
      #expect(second.holds(v.pointer[index]), "moment of \(index)")
      #expect(parameter.holds(w.pointer[index]), "parameter \(index)")
    }
    expectPaddingIsZero([w, v])
  }

  @Test(arguments: availableKernels, counts)
  func sgd(kernels: KernelSet, count: Int) {
    let state = Self.state(count)
    let (rate, momentum): (Float, Float) = (0.02, 0.9)
    let (w, u) = (GuardedFloats(state.parameters), GuardedFloats(state.firstMoment))
    kernels.sgd(rate, momentum, count, w.pointer, state.gradients, 0.37, u.pointer)
    for index in 0..<count {
      let g = Double(state.gradients[index]) * Double(Float(0.37))
      let velocity = mix(Double(momentum), Double(state.firstMoment[index]), 1, g)
      let parameter = changed(
        state.parameters[index], rate: Double(rate), velocity, Rounded(value: 1, error: 0))
      #expect(velocity.holds(u.pointer[index]), "velocity of \(index)")
      #expect(parameter.holds(w.pointer[index]), "parameter \(index)")
    }
    expectPaddingIsZero([w, u])
  }

  /// Expects the padding, whose gradients are zero, to stay zero, because all products include it.
  private func expectPaddingIsZero(_ arrays: [GuardedFloats], sourceLocation: SourceLocation = #_sourceLocation) {
    for array in arrays {
      let padding = stride(from: 4, to: array.count, by: 5)
      #expect(padding.allSatisfy { array.pointer[$0] == 0 }, sourceLocation: sourceLocation)
      #expect(array.guardsAreUntouched, sourceLocation: sourceLocation)
    }
  }

  @Test(arguments: availableKernels, [0, 16, 32, 48, 160, 4_096])
  func sumOfSquares(kernels: KernelSet, count: Int) {
    var random = RandomGenerator(seed: 42)
    let x = GuardedFloats((0..<count).map { _ in random.nextUniform(3) })
    let expected = x.values.reduce(0) { $0 + Double($1) * Double($1) }
    // Sixteen sums, then a tree of four levels.
    let tolerance = sumTolerance(terms: count / 16 + 4, magnitude: expected)
    #expect(abs(Double(kernels.sumOfSquares(x.pointer, count)) - expected) <= tolerance)
  }

  @Test(arguments: availableKernels, [0, bandwidthUnit, 3 * bandwidthUnit])
  func sum(kernels: KernelSet, count: Int) {
    var random = RandomGenerator(seed: 43)
    let x = GuardedFloats((0..<count).map { _ in random.nextUniform(3) })
    let (expected, magnitude) = x.values.reduce((0.0, 0.0)) { ($0.0 + Double($1), $0.1 + Double(abs($1))) }
    #expect(abs(Double(kernels.sum(x.pointer, count)) - expected) <= sumTolerance(terms: count, magnitude: magnitude))
  }

  @Test(.enabled(if: fusedKernels.count > 1, "needs a CPU with AVX2 and AVX-512"))
  func vectorWidthChangesNoBit() {
    let state = Self.state(176)
    let step = AdamStep(rate: 0.02, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, secondMomentCorrection: 1.7)
    let results = fusedKernels.map { kernels in
      let (w, m, v) = (
        GuardedFloats(state.parameters), GuardedFloats(state.firstMoment), GuardedFloats(state.secondMoment)
      )
      kernels.adam(step, 176, w.pointer, state.gradients, 0.37, m.pointer, v.pointer)
      kernels.rmsProp(0.02, 0.95, 1e-6, 176, w.pointer, state.gradients, 0.37, v.pointer)
      kernels.sgd(0.02, 0.9, 176, w.pointer, state.gradients, 0.37, m.pointer)
      return ((w.values + m.values + v.values) + [kernels.sumOfSquares(w.pointer, 176)]).map(\.bitPattern)
    }
    #expect(results.allSatisfy { $0 == results[0] })
  }
}
