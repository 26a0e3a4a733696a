import Testing

/// What lstm-bench prints; never how fast it was.
struct BenchTests {
  @Test(arguments: ["lstm", "gru", "rnn"])
  func everyFigureIsAPositiveNumber(cell: String) throws {
    let outcome = try WorkFolder().run(
      .bench,
      [
        "--cell", cell, "--hidden", "20", "--batch-size", "3", "--seq-length", "4", "--threads", "1", "--seconds",
        "0.01", "--csv",
      ])
    #expect(outcome.status == 0)
    #expect(outcome.error.isEmpty)
    let rows = outcome.output.split(separator: "\n").map { $0.split(separator: ",", omittingEmptySubsequences: false) }
    #expect(rows.allSatisfy { $0.count == 4 })
    #expect(rows.first?.joined(separator: ",") == "name,value,unit,share_of_roof")
    let figures = rows.filter { $0.count == 4 && !$0[2].isEmpty && $0[2] != "unit" }
    let names = Set(figures.map { String($0[0]) })
    let expected: Set = [
      "roof", "recurrent_step_product", "state_gradient_product", "weight_gradient_product", "training_step",
      "useful_operations", "forward", "softmax", "backward", "weight_gradients", "update", "packing",
    ]
    #expect(names == expected)
    for figure in figures { #expect(try #require(Double(figure[1])) > 0, "\(figure)") }
  }

  @Test func itTakesNoOperands() throws {
    let outcome = try WorkFolder().run(.bench, ["text.txt"])
    #expect(outcome.status == 64)
    #expect(outcome.errorLines.count == 1)
    #expect(outcome.error.hasPrefix("lstm-bench: "))
  }
}
