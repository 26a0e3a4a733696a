internal import CommandLineSupport
internal import RecurrentEngine
internal import ToolSupport

@main
enum LSTMScore {
  static func main() {
    JointRun.run(scoreCommand) { options, operands, given, joint in
      try reportingEngineErrors(textReader: ["lstm-score"] + operands.prefix(1) + ["-"]) {
        try run(options, operands, given, joint)
      }
    }
  }

  private static func run(
    _ options: ScoreOptions, _ operands: [String], _ given: GivenOptions, _ joint: JointRun
  ) throws -> ExitStatus {
    guard let path = operands.first,
      operands.count > 1 || options.readsRequests || options.fileList.list != nil, !operands.contains("")
    else {
      throw UsageError.operands(
        "give a checkpoint that lstm-train wrote and at least one text, or - for standard input")
    }
    let files = try options.fileList.files(Array(operands.dropFirst()))
    guard !files.isEmpty || options.readsRequests else { throw CorpusError.empty(paths: []) }
    try options.check(files: files)
    let checkpoints = try options.mixture.checkpoints(with: Checkpoint(path: path), path: path)
    try options.check(for: checkpoints[0])
    try options.checkMemory(for: checkpoints)
    scoreCommand.printNotices(about: given, in: options)

    try joint.agree(on: [
      .init("version of lstm-score", projectVersion, remedy: "install the same on all nodes"),
      .init(
        "checkpoint", checkpoints.map { $0.checksum ?? "" }.joined(separator: " "),
        remedy: "copy the same files to all nodes"),
    ])
    let scorer = TextScorer(checkpoints, options, joint)
    if options.readsRequests {
      let requests = ScoreRequests(scorer)
      // One process reads standard input.
      if joint.processes.isLeader { try RequestLoop.run { try requests.answer($0) } }
      return .ok
    }
    if let listing = options.listing {
      // One process reads the text.
      if joint.processes.isLeader { try scorer.list(files[0], as: listing) }
      return .ok
    }
    var report = ScoreReport(options)
    for file in files { try report.add(scorer.score(file), of: file) }
    try report.finish()
    return .ok
  }
}
