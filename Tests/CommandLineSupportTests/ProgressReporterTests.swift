import CommandLineSupport
import Testing

@Suite struct ProgressReporterTests {
  private final class Recording {
    var pieces: [String] = []
  }

  private func makeReporter(width: Int? = nil) -> (ProgressReporter, Recording) {
    let recording = Recording()
    let style = width.map { width in ProgressReporter.Style.statusLine { width } } ?? .plainLines
    return (ProgressReporter(style: style) { recording.pieces.append($0) }, recording)
  }

  @Test func aTerminalKeepsOneStatusLineBelowFinishedLines() {
    var (reporter, recording) = makeReporter(width: 28)
    reporter.printLine("begins")
    reporter.update("step 1", fraction: 0.42, at: 100)
    reporter.printLine("epoch 1")
    reporter.update("step 2", at: 101)
    reporter.clear()
    reporter.printLine("ended")
    #expect(
      recording.pieces == [
        "begins\n",
        "\r\u{1B}[J[####------]  42%  step 1\r",
        "\r\u{1B}[Jepoch 1\n[####------]  42%  step 1\r",
        "\r\u{1B}[Jstep 2\r",
        "\r\u{1B}[J",
        "ended\n",
      ])
  }

  @Test func aTerminalIsRedrawnTenTimesASecondAtMost() {
    var (reporter, recording) = makeReporter(width: 80)
    for hundredth in 0...100 {
      reporter.update("\(hundredth)", at: 5 + Double(hundredth) / 100)
    }
    #expect((9...11).contains(recording.pieces.count))
  }

  @Test func textThatIsNotShownIsNotMade() {
    var (reporter, recording) = makeReporter(width: 80)
    var madeCount = 0
    func status() -> String {
      madeCount += 1
      return "x"
    }
    for _ in 0..<5 { reporter.update(status(), at: 0) }
    #expect(madeCount == 1)
    #expect(recording.pieces.count == 1)
  }

  @Test func clearingTwiceOrBeforeAnythingWritesNothing() {
    var (reporter, recording) = makeReporter(width: 80)
    reporter.clear()
    reporter.update("a", at: 0)
    reporter.clear()
    reporter.clear()
    reporter.update("b", at: 0.01)
    #expect(recording.pieces == ["\r\u{1B}[Ja\r", "\r\u{1B}[J", "\r\u{1B}[Jb\r"])
  }

  /// The last column stays empty, because terminals differ in the cursor position after it.
  @Test func theStatusLineIsCutToTheWindow() {
    var (reporter, recording) = makeReporter(width: 10)
    reporter.update("漢字漢字漢字", fraction: 0.42, at: 0)
    reporter.update(String(repeating: "x", count: 21), at: 1)
    reporter.update("a\nb\u{1B}", at: 2)
    #expect(
      recording.pieces == [
        "\r\u{1B}[J42%  漢字\r", "\r\u{1B}[Jxxxxxxxxx\r", "\r\u{1B}[Ja\\nb\\u{1B\r",
      ])
  }

  @Test func theWindowMayChange() {
    var width = 4
    var pieces: [String] = []
    var reporter = ProgressReporter(style: .statusLine { width }) { pieces.append($0) }
    reporter.update("abcdef", at: 0)
    width = 6
    reporter.printLine("done")
    #expect(pieces == ["\r\u{1B}[Jabc\r", "\r\u{1B}[Jdone\nabcde\r"])
  }

  @Test func aFinishedLineIsBrokenBetweenWords() {
    var (reporter, recording) = makeReporter(width: 12)
    reporter.printLine("three words here")
    reporter.printLine("  | three  words", keepsSpaces: true)
    #expect(recording.pieces == ["three words\n  here\n", "  | three  words\n"])
  }

  @Test func plainOutputShowsTheStatusLessAndLessOften() {
    var (reporter, recording) = makeReporter()
    for second in 50...75 {
      reporter.update("step \(second)", fraction: Double(second) / 100, at: Double(second))
      if second == 60 { reporter.printLine("epoch\t1") }
    }
    reporter.update("no fraction", at: 100)
    reporter.clear()
    #expect(
      recording.pieces == ["52%  step 52\n", "epoch\\t1\n", "62%  step 62\n", "72%  step 72\n", "no fraction\n"])

    // The interval is a tenth of the elapsed time, at most five minutes.
    var (long, longRecording) = makeReporter()
    for second in 0..<36_000 { long.update("\(second)", at: Double(second)) }
    let times = longRecording.pieces.compactMap { Int($0.dropLast()) }
    #expect(times.prefix(5) == [2, 12, 22, 32, 42])
    #expect(zip(times, times.dropFirst()).allSatisfy { (10...300).contains($1 - $0) })
    #expect(times.count < 160)
    #expect(times.suffix(2).reduce(0) { $1 - $0 } == 300)
  }

  @Test func finishedLinesAlone() {
    var pieces: [String] = []
    var reporter = ProgressReporter(style: .finishedLines) { pieces.append($0) }
    for second in 0..<100 { reporter.update("\(second)", at: Double(second)) }
    reporter.printLine("done")
    #expect(pieces == ["done\n"])
  }

  @Test func colorsAndASCII() {
    var pieces: [String] = []
    let style = ProgressReporter.Style.statusLine(width: { 28 }, showsUnicode: false, showsColor: true)
    var reporter = ProgressReporter(style: style) { pieces.append($0) }
    reporter.update("2 × 3", fraction: 0.2, at: 0)
    reporter.printLine("4 × 5")
    let status = "[\u{1B}[32m##\u{1B}[39m--------]  20%  2 x 3\r"
    #expect(pieces == ["\r\u{1B}[J" + status, "\r\u{1B}[J4 x 5\n" + status])
  }

  @Test(
    arguments: [
      (0, "----------"), (0.42, "####------"), (0.29, "##--------"), (0.999, "#########-"), (1, "##########"),
      (7, "##########"), (-1, "----------"), (.nan, "----------"), (.infinity, "##########"),
    ] as [(Double, String)]) func bars(fraction: Double, expected: String)
  {
    #expect(ProgressReporter.bar(fraction, columns: 10) == "[\(expected)]")
  }

  @Test func barsOfOtherWidths() {
    #expect(ProgressReporter.bar(0.5, columns: 4) == "[##--]")
    #expect(ProgressReporter.bar(0.5, columns: -1) == "[]")
    var (reporter, recording) = makeReporter(width: 60)
    reporter.update("s", fraction: 0.5, at: 0)
    #expect(recording.pieces == ["\r\u{1B}[J[##########----------]  50%  s\r"])
  }
}
