/// Colours and fonts for light and dark pages. The rules contain no variables, because not every viewer supports them.
enum ChartStyle {
  /// The colours of Okabe and Ito, distinguishable with any colour vision; the faint ones are darkened on white.
  private static let brightPalette = ["#0072b2", "#d55e00", "#009e73", "#b5589a", "#b07d00", "#2f9bd8", "#4d4d4d"]
  private static let darkPalette = ["#4aa8ea", "#ff8a3c", "#2fc79b", "#e48cc6", "#f0b429", "#8fd0ff", "#c8c8c8"]

  static var colorCount: Int { brightPalette.count }

  static let sheet = """
    text { font: 13px system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "DejaVu Sans", sans-serif }
    .tick { font-size: 12px; font-variant-numeric: tabular-nums }
    .end { text-anchor: end }
    .middle { text-anchor: middle }
    .name { font-weight: 600 }
    .grid, .axis { stroke-width: 1; shape-rendering: crispEdges }
    .line { fill: none; stroke-linejoin: round; stroke-linecap: round }
    .fine { stroke-width: 1.2; stroke-opacity: 0.6 }
    .strong { stroke-width: 2.2 }
    .dashed { stroke-dasharray: 7 5 }
    .band { fill-opacity: 0.18 }
    .ring { stroke-width: 2 }
    .label { stroke-width: 4; stroke-linejoin: round; paint-order: stroke }
    \(rules(
      background: "#ffffff", text: "#1f2328", muted: "#59636e", grid: "#e4e8ec", axis: "#a3acb6",
      palette: brightPalette))
    @media (prefers-color-scheme: dark) {
    \(rules(
      background: "#0f1419", text: "#e6eaee", muted: "#9aa5b1", grid: "#252d36", axis: "#5b6672",
      palette: darkPalette))
    }
    """

  private static func rules(
    background: String, text: String, muted: String, grid: String, axis: String, palette: [String]
  ) -> String {
    let colors = palette.enumerated().map { index, color in
      ".color\(index) { stroke: \(color) } .fill\(index) { fill: \(color) }"
    }
    return [
      ".page, .ring { fill: \(background) }", "text { fill: \(text) }", ".muted { fill: \(muted) }",
      ".label { stroke: \(background) }", ".grid { stroke: \(grid) }", ".axis { stroke: \(axis) }",
      ".key { stroke: \(muted) }", colors.joined(separator: "\n"),
    ].joined(separator: "\n")
  }
}
