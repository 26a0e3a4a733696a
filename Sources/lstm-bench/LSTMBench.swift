internal import CommandLineSupport
internal import ToolSupport

@main
enum LSTMBench {
  static func main() {
    Tool.run(benchCommand) { options, operands, given in
      try reportingEngineErrors { try run(options, operands: operands, given) }
    }
  }

  private static func run(_ options: BenchOptions, operands: [String], _ given: GivenOptions) throws -> ExitStatus {
    var options = options
    options.sections = try Section.named(by: operands)
    benchCommand.printNotices(about: given, in: options)
    let bench = try Bench(options)
    try checkMemory(bench.training, vocabularySize: options.vocabularySize)
    try bench.report.begin()
    try bench.measureMachine()
    for section in options.sections { try bench.measure(section) }
    return .ok
  }
}
