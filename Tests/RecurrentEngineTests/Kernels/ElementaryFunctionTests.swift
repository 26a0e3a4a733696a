import Foundation
import KernelTemplates
import Testing

@testable import RandomNumbers
@testable import RecurrentEngine
@testable import RecurrentModel
@testable import Safetensors
@testable import SystemCalls
@testable import TextCorpus

/// Tests of the polynomials against the C library in Double, with the error bounds that their source states.
@Suite struct ElementaryFunctionTests {
  /// Floats of every sign and exponent, including denormal ones, evenly spaced in their bit patterns.
  private static let allMagnitudes = stride(from: UInt32(0), through: .max, by: 40_009).map(Float.init(bitPattern:))
    .filter(\.isFinite)
  /// Closely spaced arguments where the functions are not saturated.
  private static let unsaturated = (-23_000...23_000).map { Float($0) * 0.004 }
  private static let edges: [Float] = [
    0, -0.0, .leastNonzeroMagnitude, -.leastNonzeroMagnitude, .leastNormalMagnitude, -.leastNormalMagnitude, 87, -87,
    87.3, -87.3, 88, -88, 88.8, -103.9, 9.1, -9.1, .greatestFiniteMagnitude, -.greatestFiniteMagnitude,
  ]
  private static let arguments = edges + unsaturated + allMagnitudes

  /// Returns the function's values, computed sixteen arguments at a time.
  private func values(_ function: KernelSet.Map, of arguments: [Float]) -> [Float] {
    let x = GuardedFloats(arguments + [Float](repeating: 1, count: (16 - arguments.count % 16) % 16))
    let result = GuardedFloats(count: x.count)
    function(x.pointer, x.count, result.pointer)
    #expect(result.guardsAreUntouched)
    return Array(result.values.prefix(arguments.count))
  }

  private func expectRelativeError(
    below bound: Double, of function: KernelSet.Map, at arguments: [Float], _ reference: (Double) -> Double,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    var worst = (error: 0.0, argument: Float(0))
    for (x, value) in zip(arguments, values(function, of: arguments)) {
      let expected = reference(Double(x))
      let error = expected == 0 ? abs(Double(value)) : abs(Double(value) / expected - 1)
      // This is true for NaN, too.
      if !(error <= worst.error) { worst = (error, x) }
    }
    #expect(worst.error <= bound, "at \(worst.argument)", sourceLocation: sourceLocation)
  }

  @Test(arguments: availableKernels)
  func exponential(kernels: KernelSet) {
    let inRange = Self.arguments.filter { abs($0) <= 87 }
    expectRelativeError(below: 1.2e-7, of: kernels.exponential, at: inRange, exp)

    let beyond = Self.arguments.filter { abs($0) > 88 }
    for (x, value) in zip(beyond, values(kernels.exponential, of: beyond)) {
      let end = exp(x < 0 ? -87.3 : 88)
      #expect(abs(Double(value) / end - 1) < 1e-5, "e to the \(x)")
    }
  }

  @Test(arguments: availableKernels)
  func sigmoid(kernels: KernelSet) {
    for function in [kernels.sigmoid, kernels.sigmoidOfTwo] {
      let inRange = Self.arguments.filter { abs($0) <= 43 }
      expectRelativeError(below: 3e-7, of: function, at: inRange) { 1 / (1 + exp(-$0)) }

      let beyond = Self.arguments.filter { abs($0) > 43 }
      for (x, value) in zip(beyond, values(function, of: beyond)) {
        #expect(x > 0 ? abs(value - 1) <= 1.2e-7 : (0...3e-19).contains(value), "sigmoid of \(x)")
      }
    }
  }

  @Test(arguments: availableKernels)
  func hyperbolicTangent(kernels: KernelSet) {
    expectRelativeError(below: 2.5e-7, of: kernels.hyperbolicTangent, at: Self.arguments, tanh)
    let values = values(kernels.hyperbolicTangent, of: Self.arguments)
    #expect(values.allSatisfy { abs($0) <= 1 })
  }

  @Test(arguments: availableKernels)
  func squareRoot(kernels: KernelSet) {
    let normal = Self.arguments.filter { $0 == 0 || $0 >= .leastNormalMagnitude }
    expectRelativeError(below: 2.5e-7, of: kernels.squareRoot, at: normal) { $0.squareRoot() }
    let denormal = Self.arguments.filter { $0 > 0 && $0 < .leastNormalMagnitude }
    for (x, value) in zip(denormal, values(kernels.squareRoot, of: denormal)) {
      #expect(value >= 0 && Double(value) <= 1.1e-19, "square root of \(x)")
    }
  }

  /// NaN must stay NaN, so that training detects divergence.
  @Test(arguments: availableKernels)
  func nanStaysNaN(kernels: KernelSet) {
    for function in [
      kernels.exponential, kernels.sigmoid, kernels.sigmoidOfTwo, kernels.hyperbolicTangent, kernels.squareRoot,
    ] {
      #expect(values(function, of: [.nan, 1]).map(\.isNaN) == [true, false])
    }
  }

  @Test(.enabled(if: fusedKernels.count > 1, "needs a CPU with AVX2 and AVX-512"))
  func vectorWidthChangesNoBit() throws {
    let first = try #require(fusedKernels.first)
    let arguments = Self.arguments.filter { $0 >= 0 } + Self.unsaturated
    for other in fusedKernels.dropFirst() {
      let pairs = [
        (first.exponential, other.exponential), (first.sigmoid, other.sigmoid),
        (first.sigmoidOfTwo, other.sigmoidOfTwo),
        (first.hyperbolicTangent, other.hyperbolicTangent), (first.squareRoot, other.squareRoot),
      ]
      for (index, (one, two)) in pairs.enumerated() {
        let same = zip(values(one, of: arguments), values(two, of: arguments)).allSatisfy {
          $0.bitPattern == $1.bitPattern || $0.isNaN && $1.isNaN
        }
        #expect(same, "function \(index)")
      }
    }
  }
}
