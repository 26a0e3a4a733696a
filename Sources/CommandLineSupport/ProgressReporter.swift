/// Shows how far a long task is, and lines about what it has finished.
///
/// Knows no clock and no stream: times are seconds on any clock that does not run backwards, and text goes to a sink.
public struct ProgressReporter {
  public enum Style {
    /// A status line that is drawn again in place, below the finished lines. Asks for the terminal's width each time,
    /// because windows change.
    case statusLine(width: () -> Int)
    /// Finished lines, and now and then the status as a line of its own.
    case plainLines
  }

  private static let redrawInterval = 0.1
  private static let firstPlainDelay = 2.0
  private static let plainInterval = 10.0

  private let style: Style
  private let sink: (String) -> Void
  private var shown: (status: String, fraction: Double?)?
  private var nextUpdate: Double?

  /// - Parameter sink: takes each piece of output whole, so that other output cannot come in between.
  public init(style: Style, sink: @escaping (String) -> Void) {
    self.style = style
    self.sink = sink
  }

  /// A reporter in the style that suits the descriptor.
  public init(to output: OutputDescriptor) {
    // A task does not fail because nobody watches it.
    self.init(style: output.canRedrawLine ? .statusLine { output.columnCount } : .plainLines) { try? output.write($0) }
  }

  /// Says how far the task is; most calls show nothing, and then the text is not even made.
  ///
  /// - Parameters:
  ///   - fraction: done, 0 to 1; nil where the end is not known.
  ///   - seconds: the time now.
  public mutating func update(_ status: @autoclosure () -> String, fraction: Double? = nil, at seconds: Double) {
    switch style {
    case .statusLine(let width):
      if let nextUpdate, seconds < nextUpdate { return }
      nextUpdate = seconds + Self.redrawInterval
      shown = (status(), fraction)
      sink(eraseLine + statusLine(width: width()))
    case .plainLines:
      guard let nextUpdate else {
        self.nextUpdate = seconds + Self.firstPlainDelay
        return
      }
      guard seconds >= nextUpdate else { return }
      self.nextUpdate = seconds + Self.plainInterval
      let percentage = fraction.map { Self.percentage($0) + " " } ?? ""
      sink(percentage + TerminalText.escaped(status()) + "\n")
    }
  }

  /// Prints a line that stays.
  public mutating func printLine(_ line: String) {
    let line = TerminalText.escaped(line) + "\n"
    if case .statusLine(let width) = style, shown != nil {
      sink(eraseLine + line + statusLine(width: width()))
    } else {
      sink(line)
    }
  }

  /// Erases the status line, before other output or at the end. The next update draws it again.
  public mutating func clear() {
    guard shown != nil else { return }
    shown = nil
    nextUpdate = nil
    sink(eraseLine)
  }

  /// `[####------] 42%`; only a finished task fills it.
  public static func bar(_ fraction: Double, columns: Int = 10) -> String {
    let filled = steps(fraction, of: max(columns, 0))
    let empty = max(columns, 0) - filled
    return "[" + String(repeating: "#", count: filled) + String(repeating: "-", count: empty) + "] "
      + percentage(fraction)
  }

  private func statusLine(width: Int) -> String {
    guard let shown else { return "" }
    let bar = shown.fraction.map { Self.bar($0, columns: width < 60 ? 10 : 20) + " " } ?? ""
    return TerminalText.prefix(bar + TerminalText.escaped(shown.status), columns: width)
  }

  private static func percentage(_ fraction: Double) -> String {
    "\(steps(fraction, of: 100))%"
  }

  private static func steps(_ fraction: Double, of count: Int) -> Int {
    let bounded = fraction > 0 ? min(fraction, 1) : 0  // not-a-number is no progress
    // 0.29 · 100 is a little less than 29.
    return min(count, Int(bounded * Double(count) + 1e-9))
  }
}

/// Erasing comes before drawing: after a line as wide as the window, it would take the last character away again.
private let eraseLine = "\r\u{1B}[K"
