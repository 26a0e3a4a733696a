import Foundation
import Testing

/// Tests of the drawings of `lstm-inspect --curve`.
struct CurveTests {
  @Test func oneRun() throws {
    let folder = try WorkFolder()
    try folder.train()
    try folder.run(.inspect, ["--curve", "loss.csv", "--output", "curves.svg"]).expect(status: 0, error: "")
    let drawing = try Drawing(folder.bytes(of: "curves.svg"))
    #expect(drawing.count(of: "polyline", withClass: "line") == 2)
    #expect(drawing.count(of: "circle", withClass: "ring") == 1)
    let best = try #require(LossCurveFile(folder.text(of: "loss.csv")).rows.last { $0["event"] == "best" })
    let loss = try #require(best["val_loss"].flatMap(Double.init))
    #expect(drawing.texts.contains("best \(String(format: "%.4f", loss)) at step \(best["step"] ?? "")"))
    for text in ["loss", "training", "validation", "step", "nats per character", "bits per character"] {
      #expect(drawing.texts.contains(text), "\(text)")
    }
    // The same drawing on standard output.
    #expect(try folder.run(.inspect, ["--curve", "loss.csv"]).outputBytes == folder.bytes(of: "curves.svg"))
  }

  @Test func severalRunsByTheirFiles() throws {
    let folder = try WorkFolder()
    try folder.makeFolder("runs")
    for cell in ["lstm", "gru", "rnn"] { try folder.train("--cell", cell, "--log", "runs/<\(cell)> & \"co\".csv") }
    let files = ["lstm", "gru", "rnn"].map { "runs/<\($0)> & \"co\".csv" }
    let outcome = try folder.run(.inspect, ["--curve"] + files)
    #expect(outcome.status == 0)
    let drawing = try Drawing(outcome.outputBytes)
    for cell in ["lstm", "gru", "rnn"] { #expect(drawing.texts.contains("<\(cell)> & \"co\"")) }
    #expect(drawing.count(of: "polyline", withClass: "line") == 6)
    for color in ["color0", "color1", "color2"] {
      #expect(drawing.count(of: "polyline", withClass: color) == 2)
      #expect(drawing.count(of: "circle", withClass: color) == 1)
    }
  }

  @Test func columnsOfAnyTable() throws {
    let folder = try WorkFolder()
    try folder.write("cell,step,loss\nlstm,1,4\nlstm,1,6\nlstm,2,3\ngru,1,9\ngru,2,8\n", to: "table.csv")
    let outcome = try folder.run(.inspect, ["--columns", "step,loss,cell", "table.csv"]).expectSuccess()
    let drawing = try Drawing(outcome.outputBytes)
    #expect(drawing.count(of: "polyline", withClass: "line") == 2)
    #expect(drawing.count(of: "polygon", withClass: "band") == 1, "one x value has two losses")
    for text in ["lstm", "gru", "step", "loss"] { #expect(drawing.texts.contains(text), "\(text)") }
    let missing = try folder.run(.inspect, ["--columns", "step,los", "table.csv"])
    #expect(missing.status == 65 && missing.errorLines.count == 1 && missing.error.contains("los"))
    try folder.run(.inspect, ["--columns", "step,loss", "--curve", "table.csv"]).expect(
      status: 64, error: "lstm-inspect: --curve and --columns are two tasks; give one of them\n")
  }

  @Test(arguments: ["step", "epoch", "seconds", "characters"])
  func everyAxis(x: String) throws {
    let folder = try WorkFolder()
    try folder.train()
    for options in [[], ["--log-x"], ["--log-y"], ["--log-x", "--log-y"]] {
      let outcome = try folder.run(.inspect, ["--curve", "--x", x, "loss.csv"] + options)
      #expect(outcome.status == 0, "\(outcome.error)")
      #expect(try Drawing(outcome.outputBytes).texts.contains(x == "seconds" ? "seconds of training" : x))
    }
  }

  @Test func aDrawingNeedsNothingElse() throws {
    let folder = try WorkFolder()
    try folder.train()
    let svg = try folder.run(.inspect, ["--curve", "loss.csv"]).output
    #expect(svg.contains("@media (prefers-color-scheme: dark)"))
    for word in ["script", "href", "url(", "@import", "@font-face", "<image"] {
      #expect(!svg.contains(word), "\(word)")
    }
    #expect(svg.ranges(of: "http").count == 1, "the only URL is the XML namespace")
  }

  @Test func aCurveThatIsBeingWritten() throws {
    let folder = try WorkFolder()
    try folder.train()
    let text = try folder.text(of: "loss.csv")
    let whole = try folder.run(.inspect, ["--curve", "loss.csv"]).output
    try folder.write(text + "500,12.3", to: "loss.csv")
    #expect(try folder.run(.inspect, ["--curve", "loss.csv"]).output == whole)
  }

  @Test func wrongInput() throws {
    let folder = try WorkFolder()
    try folder.write("the sea and the wind\n", to: "text.csv")
    let header = "step,epoch,characters,seconds,learning_rate,train_loss,train_bpc,val_loss\n"
    try folder.write(header + "10,1,100,1,0.1,2.5,3.6,\n20,x,100,1,0.1,2.5,3.6,\n", to: "wrong.csv")
    try folder.write(header, to: "empty.csv")
    try folder.write(header + "0,0,0,0,0.1,2.5,3.6,\n", to: "zero.csv")
    try folder.makeFolder("folder")
    let problems: [(arguments: [String], status: Int32, message: String)] = [
      ([], 64, "give at least one loss curve that lstm-train wrote, such as loss.csv"),
      ([""], 64, "give at least one loss curve that lstm-train wrote, such as loss.csv"),
      (["--json", "wrong.csv"], 64, "--json is for what is in a checkpoint; leave out it or --curve"),
      (
        ["missing.csv"], 66,
        "missing.csv: cannot open (No such file or directory); check the path"
      ),
      (["folder"], 66, "folder: cannot read (Is a directory); name a file in it"),
      (
        ["text.csv"], 65,
        "text.csv: not a loss curve (its first line names no column 'step'); give a file that lstm-train --log wrote"
      ),
      (
        ["wrong.csv"], 65,
        "wrong.csv: line 3 has 'x' as its epoch, which is no such number; mend or remove it"
      ),
      (["empty.csv"], 65, "empty.csv: has no losses to draw yet; wait until training has logged some"),
      (
        ["zero.csv", "--log-x"], 65,
        "zero.csv: has only zeros, of which there are no logarithms; leave out --log-x and --log-y"
      ),
      (
        ["zero.csv", "-o", "./zero.csv"], 64,
        "--output would overwrite the loss curve zero.csv; choose another path"
      ),
      (
        ["zero.csv", "-o", "a.b.PNG"], 64,
        "--output writes SVG, and a.b.PNG is the name of another format; give a.b.svg"
      ),
      (
        ["zero.csv", "-o", "nowhere/a.svg"], 73,
        "nowhere/a.svg: cannot create (No such file or directory); create its folder, or choose another path"
      ),
    ]
    for (arguments, status, message) in problems {
      try folder.run(.inspect, ["--curve"] + arguments).expect(status: status, error: "lstm-inspect: \(message)\n")
    }
    #expect(try folder.text(of: "zero.csv").hasPrefix("step"))
  }
}
