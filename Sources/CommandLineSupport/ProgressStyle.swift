/// How progress is shown, as it is typed.
public enum ProgressStyle: String, CaseIterable, Sendable {
  /// As suits the output.
  case auto
  case bar, plain, none
}

extension ProgressReporter {
  /// A reporter in the style that is asked for, or that suits the descriptor.
  public init(to output: OutputDescriptor, style: ProgressStyle = .auto) {
    let isBar = style == .bar || (style == .auto && output.canRedrawLine)
    // A task does not fail because nobody watches it.
    self.init(
      style: isBar
        ? .statusLine(
          width: { output.columnCount }, showsUnicode: output.showsUnicode, showsColor: output.showsColor)
        : style == .none ? .finishedLines : .plainLines
    ) { try? output.write($0) }
  }
}
