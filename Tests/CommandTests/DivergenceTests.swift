import Testing

/// What happens where loss or gradient is no finite number.
struct DivergenceTests {
  @Test func trainingThatDivergesIsGivenUp() throws {
    let folder = try WorkFolder()
    let outcome = try folder.train("--learning-rate", "1e300")
    #expect(outcome.status == 76)
    #expect(
      outcome.errorLines.last
        == "lstm-train: training diverged at step 9: loss or gradient was no finite number 8 times in a row; "
        + "start again with a lower --learning-rate or --clip")
    let undone = outcome.errorLines.filter { $0.contains("loss or gradient is no finite number; undone") }
    #expect(undone.count == 8)
    let curve = try LossCurveFile(folder.text(of: "loss.csv"))
    #expect(curve.rows.filter { $0["event"] == "undone" }.compactMap { $0["step"] } == (2...9).map(String.init))
    #expect(try folder.names() == ["loss.csv", "text.txt"], "there never was a model worth saving")
  }
}
