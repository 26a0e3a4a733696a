/// A display of the progress of a long task, and of lines about finished parts.
///
/// It uses no clock and no stream: times are seconds on any monotonic clock, and text goes to a sink.
public struct ProgressReporter {
  public enum Style {
    /// A status line that is redrawn in place, below the finished lines. The terminal's width is queried each time,
    /// because windows change.
    case statusLine(width: () -> Int, showsUnicode: Bool = true, showsColor: Bool = false)
    /// Finished lines, and occasionally the status on a separate line.
    case plainLines
    /// Finished lines only.
    case finishedLines
  }

  private static let redrawInterval = 0.1
  private static let firstPlainDelay = 2.0
  private static let plainInterval = 10.0...300.0
  /// Interval between plain lines as a share of the elapsed time, so that the number of lines grows with the logarithm
  /// of the duration.
  private static let plainShare = 0.1

  private let style: Style
  private let sink: (String) -> Void
  private var shown: (status: StatusLine, fraction: Double?)?
  private var start: Double?
  private var nextUpdate = -Double.infinity

  /// - Parameter sink: takes each piece of output whole, so that other output cannot come in between.
  public init(style: Style, sink: @escaping (String) -> Void) {
    self.style = style
    self.sink = sink
  }

  /// Whether the output can show more than ASCII.
  public var showsUnicode: Bool {
    if case .statusLine(_, let showsUnicode, _) = style { showsUnicode } else { true }
  }

  /// Reports the progress; most calls show nothing and do not evaluate `status`.
  ///
  /// - Parameters:
  ///   - fraction: completed share, 0 to 1; nil if the end is not known.
  ///   - seconds: the time now.
  public mutating func update(_ status: @autoclosure () -> StatusLine, fraction: Double? = nil, at seconds: Double) {
    switch style {
    case .statusLine:
      guard seconds >= nextUpdate else { return }
      nextUpdate = seconds + Self.redrawInterval
      shown = (status(), fraction)
      sink(eraseLine + statusLine)
    case .plainLines:
      guard let start else {
        start = seconds
        nextUpdate = seconds + Self.firstPlainDelay
        return
      }
      guard seconds >= nextUpdate else { return }
      let interval = (seconds - start) * Self.plainShare
      nextUpdate = seconds + min(max(interval, Self.plainInterval.lowerBound), Self.plainInterval.upperBound)
      let percentage = fraction.map { Self.percentage($0) + "  " } ?? ""
      sink(percentage + status().plainText + "\n")
    case .finishedLines: return
    }
  }

  /// Reports the progress as a text that is cut off at the window's width.
  public mutating func update(_ status: @autoclosure () -> String, fraction: Double? = nil, at seconds: Double) {
    update(StatusLine(status()), fraction: fraction, at: seconds)
  }

  /// Prints a permanent line, broken between words if the window is too narrow.
  ///
  /// - Parameter keepsSpaces: Whether to keep every space, so that only the terminal may break the line.
  public mutating func printLine(_ line: String, keepsSpaces: Bool = false) {
    let line = TerminalText.escaped(line)
    guard case .statusLine(let width, let showsUnicode, _) = style else { return sink(line + "\n") }
    let visible = showsUnicode ? line : TerminalText.ascii(line)
    let lines =
      keepsSpaces || TerminalText.columnCount(visible) <= width()
      ? [visible] : TerminalText.wrapped(visible, width: width(), hangingIndent: 2)
    let text = lines.map { $0 + "\n" }.joined()
    sink(shown == nil ? text : eraseLine + text + statusLine)
  }

  /// Erases the status line, before other output or at the end. The next update redraws it.
  public mutating func clear() {
    guard shown != nil else { return }
    shown = nil
    nextUpdate = -.infinity
    sink(eraseLine)
  }

  /// Returns a bar such as `[####------]`; only a finished task fills it.
  public static func bar(_ fraction: Double, columns: Int) -> String {
    let filled = steps(fraction, of: max(columns, 0))
    let empty = max(columns, 0) - filled
    return "[" + String(repeating: "#", count: filled) + String(repeating: "-", count: empty) + "]"
  }

  private static let barRank = 4

  /// The status line, which leaves the cursor at its start. A window that becomes narrower breaks the line into
  /// several, and the cursor stays at the start: erasing from there removes all of them.
  private var statusLine: String {
    guard case .statusLine(let width, let showsUnicode, let showsColor) = style, let shown else { return "" }
    var parts = shown.status.parts
    if let fraction = shown.fraction {
      parts.insert(
        StatusLine.Part(
          Self.bar(fraction, columns: 10), rank: Self.barRank, wider: [Self.bar(fraction, columns: 20)]), at: 0)
      parts.insert(StatusLine.Part(Self.percentage(fraction), rank: -1), at: 1)
    }
    // One column less: terminals differ in the cursor position after the last column.
    let line = StatusLine(parts)
    let text = (showsUnicode ? line : line.ascii).text(columns: max(width() - 1, 1))
    return (showsColor ? colored(text) : text) + "\r"
  }

  private static func percentage(_ fraction: Double) -> String {
    "\(steps(fraction, of: 100))%"
  }

  private static func steps(_ fraction: Double, of count: Int) -> Int {
    let bounded = fraction > 0 ? min(fraction, 1) : 0  // NaN is no progress
    // 0.29 · 100 is a little less than 29.
    return min(count, Int(bounded * Double(count) + 1e-9))
  }
}

/// The escape sequence that erases from the start of the line to the end of the screen.
private let eraseLine = "\r\u{1B}[J"

/// Returns the text with the filled part of a bar at its start in green.
private func colored(_ text: String) -> String {
  guard text.hasPrefix("[#") else { return text }
  let filled = text.dropFirst().prefix { $0 == "#" }
  return "[\u{1B}[32m\(filled)\u{1B}[39m\(text.dropFirst(1 + filled.count))"
}
