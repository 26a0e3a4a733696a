internal import CommandLineSupport
internal import GradientChecking

/// The printed report of a gradient check.
struct GradientReport {
  private let check: GradientCheck

  init(_ check: GradientCheck) { self.check = check }

  var lines: [String] {
    let losses = [check.engineLoss, check.referenceLoss].map { NumberText.fixed($0, decimals: 7) }
    let gradients = check.tensors.flatMap { tensor in
      tensor.entries.enumerated().map { index, entry in
        [
          index == 0 ? tensor.name : "", "[\(entry.place.map(String.init).joined(separator: ", "))]",
          number(entry.engine), number(entry.reference), number(entry.numeric),
        ]
      }
    }
    let errors = check.tensors.map { tensor in
      [
        tensor.name, tensor.shape.map(String.init).joined(separator: " × "), error(tensor.engineError),
        error(tensor.referenceError), tensor.passes ? "" : "wrong",
      ]
    }
    return ["loss: \(losses[0]) nats per character in the engine, \(losses[1]) in the double-precision reference", ""]
      + TextTable.lines([["gradient", "at", "engine", "reference", "finite difference"]] + gradients)
      + ["", "Greatest differences, relative to the largest gradient of each tensor:", ""]
      + TextTable.lines([["tensor", "shape", "engine − reference", "reference − difference"]] + errors)
      + (check.passes ? ["", success] : [])
  }

  /// Error message; nil if the check passed.
  var failure: String? {
    guard let worst = check.tensors.first(where: { !$0.passes }) else { return nil }
    let isEngine = !(worst.engineError <= check.engineTolerance)
    return "the gradient of \(worst.name) is wrong: "
      + (isEngine
        ? "the engine is off by \(error(worst.engineError)) of the largest, and rounding explains \(error(check.engineTolerance))"
        : "the reference is off from finite differences by \(error(worst.referenceError)) of the largest, and "
          + "rounding explains \(Self.referenceLimit)") + "; report it with this command line"
  }

  private static let referenceLimit = NumberText.shortest(GradientCheck.referenceTolerance)

  private var success: String {
    "passed: the gradients of the engine in single precision agree with the reference to within "
      + "\(error(check.engineTolerance))"
      + (check.engineTolerance > GradientCheck.usualEngineTolerance
        ? ", as far as such a model magnifies rounding errors" : "")
      + ", and the reference agrees with finite differences of its loss to within \(Self.referenceLimit)."
  }

  private func number(_ value: Double) -> String { NumberText.fixed(value, decimals: 9) }

  /// Returns an error with two significant digits.
  private func error(_ value: Double) -> String { value > 0 && value.isFinite ? rateText(value) : "\(value)" }
}
