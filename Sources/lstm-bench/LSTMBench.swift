internal import CommandLineSupport
internal import ToolSupport

@main
enum LSTMBench {
  static func main() {
    Tool.run(benchCommand) { options, operands, _ in
      try reportingEngineErrors { try run(options, operands: operands) }
    }
  }

  private static func run(_ options: BenchOptions, operands: [String]) throws -> ExitStatus {
    let sections = try Section.named(by: operands)
    let bench = try Bench(options)
    try checkMemory(bench.training, vocabularySize: options.vocabularySize)
    try bench.report.begin()
    try bench.measureMachine()
    for section in sections { try bench.measure(section) }
    return .ok
  }
}
