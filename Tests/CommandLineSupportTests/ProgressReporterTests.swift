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
    var (reporter, recording) = makeReporter(width: 40)
    reporter.printLine("begins")
    reporter.update("step 1", fraction: 0.42, at: 100)
    reporter.printLine("epoch 1")
    reporter.update("step 2", at: 101)
    reporter.clear()
    reporter.printLine("ended")
    #expect(
      recording.pieces == [
        "begins\n",
        "\r\u{1B}[K[####------] 42% step 1",
        "\r\u{1B}[Kepoch 1\n[####------] 42% step 1",
        "\r\u{1B}[Kstep 2",
        "\r\u{1B}[K",
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
    #expect(recording.pieces == ["\r\u{1B}[Ka", "\r\u{1B}[K", "\r\u{1B}[Kb"])
  }

  @Test func theStatusLineIsCutToTheWindow() {
    var (reporter, recording) = makeReporter(width: 20)
    reporter.update("漢字漢字", fraction: 0.42, at: 0)
    reporter.update(String(repeating: "x", count: 21), at: 1)
    reporter.update("a\nb\u{1B}", at: 2)
    #expect(
      recording.pieces == [
        "\r\u{1B}[K[####------] 42% 漢", "\r\u{1B}[K" + String(repeating: "x", count: 20), "\r\u{1B}[Ka\\nb\\u{1B}",
      ])
  }

  @Test func theWindowMayChange() {
    var width = 3
    var pieces: [String] = []
    var reporter = ProgressReporter(style: .statusLine { width }) { pieces.append($0) }
    reporter.update("abcdef", at: 0)
    width = 5
    reporter.printLine("done")
    #expect(pieces == ["\r\u{1B}[Kabc", "\r\u{1B}[Kdone\nabcde"])
  }

  @Test func plainOutputShowsTheStatusNowAndThen() {
    var (reporter, recording) = makeReporter()
    for second in 50...75 {
      reporter.update("step \(second)", fraction: Double(second) / 100, at: Double(second))
      if second == 60 { reporter.printLine("epoch\t1") }
    }
    reporter.update("no fraction", at: 100)
    reporter.clear()
    #expect(recording.pieces == ["52% step 52\n", "epoch\\t1\n", "62% step 62\n", "72% step 72\n", "no fraction\n"])
  }

  @Test(
    arguments: [
      (0, "[----------] 0%"), (0.42, "[####------] 42%"), (0.29, "[##--------] 29%"), (0.999, "[#########-] 99%"),
      (1, "[##########] 100%"), (7, "[##########] 100%"), (-1, "[----------] 0%"), (.nan, "[----------] 0%"),
      (.infinity, "[##########] 100%"),
    ] as [(Double, String)]) func bars(fraction: Double, expected: String)
  {
    #expect(ProgressReporter.bar(fraction) == expected)
  }

  @Test func barsOfOtherWidths() {
    #expect(ProgressReporter.bar(0.5, columns: 4) == "[##--] 50%")
    #expect(ProgressReporter.bar(0.5, columns: -1) == "[] 50%")
    var (reporter, recording) = makeReporter(width: 60)
    reporter.update("s", fraction: 0.5, at: 0)
    #expect(recording.pieces == ["\r\u{1B}[K[##########----------] 50% s"])
  }
}
