internal import CommandLineSupport
internal import ToolSupport

@main
enum LSTMInspect {
  static func main() {
    Tool.run(inspectCommand) { options, files, given in
      try reportingEngineErrors {
        switch try options.task() {
        case .checkpoint: try inspect(options, files: files)
        case .curves: try drawCurves(options, files: files)
        case .columns(let columns): try draw(columns, options, files: files)
        case .gradientFlow(let text): try measureGradientFlow(options, checkpoints: files, text: text)
        case .activations(let text): try showActivations(options, given, files: files, text: text)
        }
        return .ok
      }
    }
  }

  private static func inspect(_ options: InspectOptions, files: [String]) throws {
    guard let path = files.first, files.count == 1, !path.isEmpty else {
      throw UsageError.operands("give one checkpoint that lstm-train wrote, or loss curves with --curve")
    }
    let inspection = try Inspection(path: path)
    let output = OutputDescriptor.standardOutput
    try output.write(options.isJSON ? inspection.json : inspection.text(width: output.columnCount))
  }
}
