import Foundation
import Testing

/// Tests of the progress display of a run.
struct ProgressTests {
  /// Returns all output of a run to a terminal of this size.
  private func shown(
    _ options: String..., columns: Int = 80, environment: [String: String] = [:]
  ) throws -> String {
    let folder = try WorkFolder()
    try folder.write(TinyTraining.text, to: "text.txt")
    let terminal = try Terminal(columns: columns, rows: 24)
    let tool = try RunningTool(
      BuiltTool.train.path, TinyTraining.options + ["--epochs", "40"] + options + ["text.txt"], in: folder,
      terminal: terminal, environment: ["TERM": "xterm", "LANG": "C.UTF-8"].merging(environment) { $1 })
    var text = ""
    // Reads continuously, because a full terminal buffer would block the process.
    while tool.isRunning {
      text += terminal.read()
      usleep(1_000)
    }
    #expect(try tool.outcome().status == 0)
    return text + terminal.read()
  }

  /// Returns the status lines in the output: each begins by erasing the previous one, and ends with the cursor at its
  /// start.
  private func statusLines(_ text: String) -> [String] {
    text.matches(of: /(?:\r\u{1B}\[J|\n)([^\r\n]+)\r/).map { String($0.1) }
  }

  @Test(arguments: [200, 80, 40, 12]) func aStatusLineStaysInItsWindow(columns: Int) throws {
    let text = try shown(columns: columns, environment: ["NO_COLOR": "1"])
    let lines = statusLines(text)
    #expect(!lines.isEmpty)
    for line in lines { #expect(line.count < columns, "\(line)") }
    #expect(lines.allSatisfy { $0.contains("%") })
    if columns >= 40 { #expect(lines.allSatisfy { $0.hasSuffix(" left") && $0.contains("train ") }) }
    if columns == 200 {
      let pattern =
        /\[#*-*\]  \d+%  epoch \d+\.\d\d of 40  train \d\.\d{4}(  val \d\.\d{4} \(\d\.\d{3} bits per character\))?(  [▁▂▃▄▅▆▇█]+)?  [\d,.]+ characters\/s  [\d.]+ s left/
      for line in lines { #expect(line.wholeMatch(of: pattern) != nil, "\(line)") }
      #expect(lines.contains { $0.contains("val ") && $0.contains("▁") })
    }
    // The status line is erased at the end.
    let end = try #require(text.range(of: "\r\u{1B}[J", options: .backwards))
    #expect(text[end.upperBound...].wholeMatch(of: /best[^\r\u{1B}]*loss\.csv\n/) != nil)
    #expect(!text.contains("\u{1B}[3"))
  }

  @Test func colorsAreForThoseWhoWantThem() throws {
    #expect(try shown().contains("\u{1B}[32m#"))
    #expect(try !shown(environment: ["NO_COLOR": "1"]).contains("\u{1B}[3"))
    #expect(try shown(environment: ["NO_COLOR": ""]).contains("\u{1B}[32m#"))
  }

  @Test(arguments: [["LANG": "C"], ["LC_ALL": "de_DE.ISO-8859-1", "LANG": "C.UTF-8"], ["LANG": ""]])
  func aLocaleWithoutUTF8GetsASCII(environment: [String: String]) throws {
    let text = try shown(columns: 200, environment: environment)
    #expect(text.utf8.allSatisfy { $0 < 0x80 })
    #expect(text.contains("model: LSTM, 1 x 8 units"))
    #expect(!statusLines(text).isEmpty)
  }

  @Test(arguments: ["dumb", ""]) func aTerminalThatCannotRedraw(terminal: String) throws {
    let text = try shown(environment: ["TERM": terminal])
    #expect(!text.contains("\u{1B}") && !text.contains("\r"))
    #expect(text.contains("\nepoch 40.00, step "))
  }

  @Test func progressAsItIsAskedFor() throws {
    for style in ["plain", "none"] { #expect(try !shown("--progress", style).contains("\u{1B}")) }
    let folder = try WorkFolder()
    let bar = try folder.train("--progress", "bar", environment: ["COLUMNS": "60"]).expectSuccess()
    #expect(!statusLines(bar.error).isEmpty && statusLines(bar.error).allSatisfy { $0.count < 60 })
    for style in ["auto", "plain", "none"] {
      let error = try folder.train("--progress", style, "--overwrite").expectSuccess().error
      #expect(!error.contains("\u{1B}") && error.contains("\nepoch 3.00, step "))
    }
    #expect(try folder.train("--progress", "bar", "--quiet", "--overwrite").error.isEmpty)
  }

  /// The width changes during the run.
  @Test func theWindowMayChange() throws {
    let folder = try WorkFolder()
    try folder.write(TinyTraining.text, to: "text.txt")
    let terminal = try Terminal(columns: 120, rows: 24)
    let tool = try RunningTool(
      BuiltTool.train.path, TinyTraining.options + ["--epochs", "100000", "text.txt"], in: folder,
      terminal: terminal, environment: ["TERM": "xterm", "LANG": "C.UTF-8"])
    var text = ""
    try tool.wait(for: "a status line") {
      text += terminal.read()
      return statusLines(text).count > 3
    }
    try terminal.resize(columns: 30, rows: 10)
    text = terminal.read()
    text = ""
    try tool.wait(for: "more status lines") {
      text += terminal.read()
      return statusLines(text).count > 6
    }
    // A line that was being written during the change may still have the earlier width.
    for line in statusLines(text).dropFirst(2) { #expect(line.count < 30, "\(line)") }
    tool.signal(SIGTERM)
    while tool.isRunning { _ = terminal.read() }
    #expect(try tool.outcome().status == 143)
  }
}
