internal import SystemCalls

/// The style of progress output, as typed.
public enum ProgressStyle: String, CaseIterable, Sendable {
  /// The style that suits the output.
  case auto
  case bar, plain, none
}

extension ProgressReporter {
  /// Creates a reporter in the requested style, or in the style that suits the descriptor.
  public init(to output: OutputDescriptor, style: ProgressStyle = .auto) {
    let isBar = style == .bar || (style == .auto && output.canRedrawLine)
    if isBar { ThisProcess.announceStatusLine() }
    // A failure to write progress does not fail the task.
    self.init(
      style: isBar
        ? .statusLine(
          width: { output.columnCount }, showsUnicode: output.showsUnicode, showsColor: output.showsColor)
        : style == .none ? .finishedLines : .plainLines
    ) { try? output.write($0) }
  }
}
