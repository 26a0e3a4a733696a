internal import CommandLineSupport
package import RecurrentEngine

extension GradientFlow {
  package static let usualLagCount = 100
  package static let usualPositionCount = 512

  package static let csvColumns = "layer,quantity,lag,norm,ratio_to_lag_1,positions"

  /// CSV row for each state of each layer and each lag. Values that are NaN or infinite are empty.
  package var csvRows: [String] {
    curves.flatMap { curve in
      curve.norms.enumerated().map { lag, norm in
        let ratio = curve.norms.count > 1 ? norm / curve.norms[1] : .nan
        return "\(curve.layer),\(curve.quantity.rawValue),\(lag),\(text(norm)),\(text(ratio)),\(positionCounts[lag])"
      }
    }
  }

  private func text(_ value: Double) -> String {
    value.isFinite ? NumberText.significant(value, digits: 6) : ""
  }
}
