internal import CommandLineSupport
internal import ToolSupport

@main
enum LSTMStudy {
  static func main() { Tool.run(studyTool) }
}

let studyTool = ToolDefinition(
  name: "lstm-study",
  summary:
    "Compares cells and options, and checks gradients and results, with training runs whose models are not kept.",
  version: projectVersion,
  commands: [
    command(compareCommand, checksOptions: false, runComparison),
    command(optionsCommand, checksOptions: false, runOptionsStudy),
    command(learningRateCommand, checksOptions: false, runLearningRateSearch),
    command(memoryCommand, runMemoryStudy),
    command(gradientsCommand, checksOptions: false, runGradientCheck),
    command(overfitCommand, checksOptions: false, runOverfitting),
    command(verifyCommand, runVerification),
  ],
  examples: [
    "lstm-study compare --cells lstm,gru --steps 500 corpus.txt",
    "lstm-study learning-rate corpus.txt",
    "lstm-study memory --distances 5,10,20",
  ]
)

private func command<Values: Sendable>(
  _ definition: CommandDefinition<Values>, checksOptions: Bool = true,
  _ body: @escaping @Sendable (Values, [String], GivenOptions) throws -> ExitStatus
) -> ToolCommand {
  ToolCommand(definition, checksOptions: checksOptions) { values, operands, given in
    try reportingEngineErrors { try body(values, operands, given) }
  }
}
