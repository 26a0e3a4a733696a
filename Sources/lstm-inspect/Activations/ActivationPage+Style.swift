internal import CommandLineSupport

extension ActivationPage {
  /// Number of colour steps on each side of the middle colour.
  private static let colorSteps = 8

  /// A diverging colour scale: blue below the middle and orange above it, distinguishable with any colour vision.
  private struct Palette {
    var low: [Double]
    var middle: [Double]
    var high: [Double]

    static let bright = Palette(low: [77, 160, 226], middle: [255, 255, 255], high: [255, 152, 56])
    static let dark = Palette(low: [24, 98, 168], middle: [15, 20, 25], high: [176, 84, 0])

    func color(_ step: Int) -> String {
      let end = step < 0 ? low : high
      let share = Double(abs(step)) / Double(colorSteps)
      return
        "rgb(\(zip(middle, end).map { NumberText.fixed($0 + ($1 - $0) * share, decimals: 0) }.joined(separator: " ")))"
    }
  }

  private static func colors(_ palette: Palette) -> String {
    (-colorSteps...colorSteps).map { step in
      ".\(step < 0 ? "n" : "p")\(abs(step)) { background: \(palette.color(step)) }"
    }.joined(separator: "\n")
  }

  static var style: String {
    """
    :root { --page: #ffffff; --ink: #1f2328; --muted: #59636e; --edge: #d0d7de; --bar: #0072b2 }
    \(colors(.bright))
    @media (prefers-color-scheme: dark) {
    :root { --page: #0f1419; --ink: #e6eaee; --muted: #9aa5b1; --edge: #343c46; --bar: #4aa8ea }
    \(colors(.dark))
    }
    * { box-sizing: border-box }
    body { margin: 0; background: var(--page); color: var(--ink); font: 15px/1.5 system-ui, -apple-system, "Segoe UI", \
    Roboto, "Noto Sans", "DejaVu Sans", sans-serif }
    header, footer { padding: 0.8rem 1.2rem }
    h1 { font-size: 1.25rem; margin: 0 }
    h2, caption { font-size: 1rem; font-weight: 600; text-align: left; margin: 1rem 0 0.4rem; padding: 0 }
    p { margin: 0.2rem 0; color: var(--muted) }
    nav { position: sticky; top: 0; display: flex; flex-wrap: wrap; gap: 0.5rem 0.8rem; align-items: center; \
    padding: 0.5rem 1.2rem; background: var(--page); border-block: 1px solid var(--edge) }
    select, button { font: inherit; color: inherit; background: var(--page); border: 1px solid var(--edge); \
    border-radius: 4px; padding: 0.1rem 0.5rem }
    button { cursor: pointer; white-space: nowrap }
    td { white-space: nowrap }
    button[aria-current="true"] { border-color: var(--bar); box-shadow: inset 0 0 0 1px var(--bar) }
    #legend { display: inline-flex; align-items: center; gap: 0.4rem; font-size: 0.85rem; \
    font-variant-numeric: tabular-nums }
    #legend i { display: inline-block; width: 0.7rem; height: 1rem }
    #legend span { display: inline-flex; border: 1px solid var(--edge) }
    #value { min-width: 12rem; font-variant-numeric: tabular-nums; color: var(--muted) }
    main { display: grid; grid-template-columns: minmax(0, 1fr) 23rem; gap: 1.2rem; padding: 0.8rem 1.2rem }
    @media (max-width: 60rem) { main { grid-template-columns: minmax(0, 1fr) } }
    #text { white-space: pre-wrap; overflow-wrap: anywhere; font: 14px/1.6 ui-monospace, "Cascadia Mono", Menlo, \
    "DejaVu Sans Mono", monospace }
    #text s { text-decoration: none; opacity: 0.45 }
    table { border-collapse: collapse; width: 100%; font-size: 0.9rem }
    th { font-weight: 400; text-align: left }
    thead th { color: var(--muted); border-bottom: 1px solid var(--edge) }
    td, th { padding: 0.1rem 0.3rem }
    .number { text-align: right; font-variant-numeric: tabular-nums }
    .figures { display: grid; grid-template-columns: repeat(auto-fill, minmax(150px, 1fr)); gap: 0.8rem }
    figure { margin: 0 }
    figcaption { font-size: 0.8rem; line-height: 1.35; color: var(--muted) }
    figcaption b { color: var(--ink); font-weight: 600 }
    .bar { fill: var(--bar) }
    .base { stroke: var(--edge) }
    """
  }
}
