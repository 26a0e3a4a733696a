internal import CommandLineSupport
internal import RecurrentEngine
internal import ToolSupport

/// Values of the options for threads and messages of a study.
struct RunningOptions: Sendable {
  var threads: Int?
  var progress = ProgressStyle.auto
  var isQuiet = false

  var threadCount: Int { usableThreadCount(threads) { _ in } }

  static let options: [OptionDefinition<RunningOptions>] = [
    .threads(sets: \.threads, result: "result"),
    .progress(sets: \.progress),
    .quiet(sets: \.isQuiet, rest: "the result and errors"),
  ]
}

/// Progress and notices of a study, on standard error.
final class StudyOutput: MessageOutput {
  let tool = "lstm-study"
  var showsUnicode: Bool { progress.showsUnicode }
  private let isQuiet: Bool
  private var progress: ProgressReporter

  init(_ options: RunningOptions) {
    isQuiet = options.isQuiet
    progress = ProgressReporter(to: .standardError, style: options.progress)
    _ = usableThreadCount(options.threads, notice: notice)
  }

  func print(_ line: String, keepsSpaces: Bool) {
    if !isQuiet { progress.printLine(line, keepsSpaces: keepsSpaces) }
  }

  /// Prints a failure that does not end the study, even with `--quiet`.
  func warning(_ text: String) { progress.printLine("lstm-study: warning: \(text)") }

  func clear() { progress.clear() }

  /// Updates the status line.
  func update(_ text: @autoclosure () -> String, fraction: Double) {
    if !isQuiet { progress.update(text(), fraction: fraction, at: secondsNow()) }
  }

  /// Updates the status line with the progress of a run.
  ///
  /// - Parameters:
  ///   - name: The name of the run.
  ///   - index: The number of earlier runs; nil if the total number of runs is unknown.
  func update(_ status: StudyRun.Status, of name: String, index: Int? = nil, count: Int = 1) {
    guard !isQuiet else { return }
    let fraction = min(max(status.fraction, 0), 1)
    progress.update(
      line(status, name: index.map { "\($0 + 1) of \(count): \(name)" } ?? name),
      fraction: index.map { (Double($0) + fraction) / Double(count) } ?? fraction, at: secondsNow())
  }

  private func line(_ status: StudyRun.Status, name: String) -> StatusLine {
    let rate = NumberText.rate(status.charactersPerSecond, unit: "characters")
    let loss = status.loss.map { [StatusLine.Part("train \(lossText($0))", rank: 2)] } ?? []
    return StatusLine([StatusLine.Part(name, rank: 1)] + loss + [StatusLine.Part(rate, rank: 3)])
  }
}

/// Returns a loss in nats with four decimals.
func lossText(_ loss: Double) -> String { NumberText.fixed(loss, decimals: 4) }
