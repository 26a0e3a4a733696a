internal import CommandLineSupport
internal import RecurrentEngine
internal import SystemCalls
internal import ToolSupport

@main
enum LSTMExport {
  static func main() {
    Tool.run(exportCommand) { options, checkpoints, given in
      try options.check(checkpoints: checkpoints)
      try reportingEngineErrors { try run(options, checkpoints, given) }
      return .ok
    }
  }

  private static func run(_ options: ExportOptions, _ paths: [String], _ given: GivenOptions) throws {
    try checkWritable(options.outputs)
    exportCommand.printNotices(about: given, in: options)
    let models = try paths.map { (path: $0, checkpoint: try Checkpoint(path: $0)) }
    if let output = options.output {
      try models[0].checkpoint.write(to: output, weights: options.weights)
      report(output, madeFrom: paths, options)
    }
    if let page = options.page {
      let embedded = try zip(distinctNames(of: paths), models).map { name, model in
        ModelPage.Model(name: name, bytes: try model.checkpoint.encoded(weights: .int8, path: model.path))
      }
      try WholeFile.write(try ModelPage(models: embedded).html(), to: page)
      report(page, madeFrom: paths, options)
    }
  }

  /// Returns the names of files; their whole paths if several files have one name.
  private static func distinctNames(of paths: [String]) -> [String] {
    let names = paths.map(name(of:))
    return Set(names).count == names.count ? names : paths
  }

  private static func report(_ output: String, madeFrom paths: [String], _ options: ExportOptions) {
    let size = byteCount(of: output)
    let sizeBefore = paths.reduce(0) { $0 + byteCount(of: $1) }
    guard !options.isQuiet, size > 0, sizeBefore > 0 else { return }
    let fraction = NumberText.fixed(Double(size) / Double(sizeBefore), decimals: 2)
    let source = paths.count == 1 ? paths[0] : "the checkpoints"
    Tool.printNotice("\(output): \(NumberText.byteSize(size)), \(fraction) of \(source)", of: exportCommand.name)
  }

  private static func byteCount(of path: String) -> Int { FileStatus(path: path)?.byteCount ?? 0 }
}
