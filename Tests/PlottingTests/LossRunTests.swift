import Testing

@testable import Plotting

struct LossRunTests {
  private static let header = "step,epoch,characters,seconds,train_loss,val_loss,event\n"

  private func run(_ text: String) throws(LossCurveError) -> LossRun {
    try LossRun(name: "run", csv: Array(text.utf8))
  }

  @Test func rowsAreRead() throws {
    let run = try run(Self.header + "10,0.5,1000,1.25,3.5,,\n20,1.0000,2000,2.5,3.25,3.125,best\n")
    #expect(
      run.rows == [
        LossRun.Row(step: 10, epoch: 0.5, characters: 1000, seconds: 1.25, trainingLoss: 3.5, validationLoss: nil),
        LossRun.Row(step: 20, epoch: 1, characters: 2000, seconds: 2.5, trainingLoss: 3.25, validationLoss: 3.125),
      ])
  }

  @Test func columnsAreFoundByName() throws {
    let other = try run("val_loss,new,train_loss,seconds,characters,epoch,step\r\n3.1,x,3.2,4,5,6,7\r\n")
    #expect(
      other.rows == [
        LossRun.Row(step: 7, epoch: 6, characters: 5, seconds: 4, trainingLoss: 3.2, validationLoss: 3.1)
      ])
  }

  @Test(arguments: ["2", "20,1", "20,1,2000,2.5,3.2", "20,1,2000,2.5,3.25,3.1", "20,1,2000,2.5,3.25,3.125,best"])
  func aLineWithoutAnEndIsLeftOut(line: String) throws {
    let run = try run(Self.header + "10,0.5,1000,1.25,3.5,,\n" + line)
    #expect(run.rows.map(\.step) == [10])
  }

  private static let noLossCurves: [(text: String, error: LossCurveError)] = [
    ("", .missingColumn("step")),
    ("the sea and the wind\n", .missingColumn("step")),
    ("step,epoch,characters,seconds,train_loss\n", .missingColumn("val_loss")),
    (header, .noRows),
    (header + "10,1,10,1,,,\n", .noRows),
    (header + "10,1,10,1,2.5\n", .fieldCount(line: 2, found: 5, expected: 7)),
    (header + "10,1,10,1,2.5,,\n20,1,10,1,much,,\n", .malformedField(line: 3, column: "train_loss", text: "much")),
    (header + "10,1,10,1,nan,,\n", .malformedField(line: 2, column: "train_loss", text: "nan")),
    (header + "1e300,1,10,1,2,,\n", .malformedField(line: 2, column: "step", text: "1e300")),
    (header + "-1,1,10,1,2,,\n", .malformedField(line: 2, column: "step", text: "-1")),
  ]

  @Test func whatIsNoLossCurve() {
    for (text, error) in Self.noLossCurves {
      #expect(throws: error, "\(text)") { try run(text) }
    }
  }

  @Test func theBestIsTheFirstOfTheLeast() throws {
    let run = try run(Self.header + "1,1,1,1,2,3,\n2,1,1,1,2,2,\n3,1,1,1,2,2,\n4,1,1,1,1,,\n")
    #expect(run.best?.step == 2)
  }

  @Test func namesOfRuns() {
    #expect(LossRun.names(ofFiles: ["runs/lstm.csv", "gru.csv", "./rnn.txt"]) == ["lstm", "gru", "rnn.txt"])
    #expect(LossRun.names(ofFiles: ["a/loss.csv", "b/loss.csv"]) == ["a/loss", "b/loss"])
  }
}
