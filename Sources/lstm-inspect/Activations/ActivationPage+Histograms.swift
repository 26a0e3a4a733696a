internal import CommandLineSupport
internal import RecurrentEngine

extension ActivationPage {
  private static let width = 150
  private static let height = 56

  /// HTML figures with a histogram of the values of each gate of each layer.
  var histogramFigures: String {
    guard !survey.histograms.isEmpty else { return "" }
    let figures = survey.histograms.map { histogram in
      """
      <figure>
      \(Self.drawing(of: histogram))
      <figcaption><b>layer \(histogram.layer), \(histogram.role.rawValue)</b><br>\
      \(SurveyTable.percent(histogram.closedShare)) below 0.1, \(SurveyTable.percent(histogram.openShare)) above 0.9\
      </figcaption>
      </figure>
      """
    }
    return
      "<h2>Values of the gates, from 0 to 1</h2>\n<div class=\"figures\">\n\(figures.joined(separator: "\n"))\n</div>"
  }

  private static func drawing(of histogram: GateHistogram) -> String {
    let step = Double(width) / Double(GateHistogram.binCount)
    let greatest = max(histogram.shares.max() ?? 0, 1e-9)
    let bars = histogram.shares.enumerated().map { bin, share in
      let barHeight = share / greatest * Double(height)
      return "<rect class=\"bar\" x=\"\(number(Double(bin) * step + 1))\" y=\"\(number(Double(height) - barHeight))\" "
        + "width=\"\(number(step - 2))\" height=\"\(number(barHeight))\">"
        + "<title>0.\(bin) and more: \(SurveyTable.percent(share))</title></rect>"
    }
    return """
      <svg width="\(width)" height="\(height + 2)" viewBox="0 0 \(width) \(height + 2)" role="img" \
      aria-label="histogram of the \(histogram.role.rawValue) gate of layer \(histogram.layer)">
      \(bars.joined(separator: "\n"))
      <line class="base" x1="0" y1="\(height + 1)" x2="\(width)" y2="\(height + 1)"/>
      </svg>
      """
  }

  private static func number(_ value: Double) -> String { NumberText.fixed(value, decimals: 1) }
}
