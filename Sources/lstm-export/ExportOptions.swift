internal import CommandLineSupport
internal import RecurrentEngine
internal import ToolSupport

struct ExportOptions: Sendable {
  var weights = WeightFormat.int8
  var output: String?
  var page: String?
  var isQuiet = false
}

extension ExportOptions {
  var outputs: [OutputFile] {
    [("--output", output), ("--page", page)].compactMap { option, path in
      path.map { OutputFile(option: option, path: $0, isReplaced: true) }
    }
  }

  /// - Throws: `UsageError` if options or checkpoints contradict each other.
  func check(checkpoints: [String]) throws(UsageError) {
    guard !checkpoints.isEmpty, !checkpoints.contains("") else {
      throw .operands("give a checkpoint that lstm-train wrote")
    }
    guard !outputs.isEmpty else {
      throw .conflict("no output; give --output FILE for a smaller checkpoint, or --page FILE for a web page")
    }
    guard output == nil || checkpoints.count == 1 else {
      throw .conflict("--output is for one checkpoint, but \(checkpoints.count) were given; export one after the other")
    }
    try checkDistinct(outputs, texts: checkpoints, called: "checkpoint")
  }
}
