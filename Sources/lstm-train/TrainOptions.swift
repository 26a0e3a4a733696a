internal import CommandLineSupport
internal import RecurrentEngine
internal import ToolSupport

struct TrainOptions: Sendable {
  var training = TrainingSettings()
  var fileList = FileListOptions()
  var showsBaselines = false

  var checkpoint = "checkpoint.bin"
  var checkpointInterval = Interval.seconds(600)
  var keptCount = 0
  var log = "loss.csv"
  var plot: String?
  var gradientFlowInterval: Int?
  var eventLog: String?
  var overwrites = false

  var resume: String?
  var continues = false
  var initialModel: String?
  var vocabularyOrigin = VocabularyOrigin.union
  var stopAfter: Int?

  var isDryRun = false
  var threads: Int?
  var progress = ProgressStyle.auto
  var sampleInterval: Int?
  var sampleLength = 200
  var isQuiet = false
}

/// The characters that a fine-tuned model knows.
enum VocabularyOrigin: String, CaseIterable, Sendable {
  /// Those of the model that it starts from, and those of its text.
  case union
  /// Those of its text.
  case corpus
}

extension TrainOptions {
  /// The given options. Those of a run that is resumed are still missing, except for the paths of its files.
  init(_ given: GivenOptions) {
    var base = TrainOptions()
    if let path = trainCommand.applying(given, to: base).resume { base.useFiles(ofState: path) }
    self = trainCommand.applying(given, to: base)
  }

  var files: RunFiles { RunFiles(checkpoint: checkpoint, log: log) }

  /// Takes the paths of the run with its state in a file.
  mutating func useFiles(ofState path: String) {
    checkpoint = RunFiles.checkpoint(ofState: path)
    log = RunFiles.renamed(log, like: checkpoint)
  }
}

extension TrainOptions {
  /// Output files to check before a run.
  var outputs: [OutputFile] {
    guard !isDryRun else { return [] }
    let always = [
      OutputFile(option: "--checkpoint", path: files.best, isReplaced: true),
      OutputFile(option: "--checkpoint", path: files.last, isReplaced: true),
      OutputFile(option: "--log", path: files.log, isReplaced: false),
    ]
    let flow =
      gradientFlowInterval == nil || files.gradientFlow == files.log
      ? [] : [OutputFile(option: "--gradient-flow-every", path: files.gradientFlow, isReplaced: false)]
    return always + flow + (plot.map { [OutputFile(option: "--plot", path: $0, isReplaced: true)] } ?? [])
      + (eventLog.map { [OutputFile(option: "--json-log", path: $0, isReplaced: false)] } ?? [])
  }
}
