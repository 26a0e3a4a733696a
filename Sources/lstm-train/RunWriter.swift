internal import CommandLineSupport
internal import RecurrentEngine
internal import SystemCalls
internal import ToolSupport

/// A writer of the results of a run: checkpoints, loss curve, drawing and event log. It retries failed attempts later.
struct RunWriter {
  private let files: RunFiles
  private let keptCount: Int
  private let overwrites: Bool
  private let settings: TrainingSettings
  private let output: TrainingOutput
  /// Whether the existing checkpoints belong to this run, which has saved them or was resumed from them.
  private var ownsCheckpoints: Bool
  private var previousNumber: Int?
  /// Kinds of files for which those of an earlier run have been moved or may be overwritten.
  private var kindsWithRoom: Set<RunFiles.Kind> = []
  private var curve: LossCurve?
  private var plot: LossPlot?
  private var flowLog: GradientFlowLog?
  private var eventLog: EventLog?
  /// Errors of the last attempts to write each file; nil after success.
  private(set) var modelFailure: ToolError?
  private(set) var stateFailure: ToolError?
  private(set) var curveFailure: ToolError?
  private(set) var plotFailure: ToolError?
  private(set) var flowFailure: ToolError?
  private(set) var eventLogFailure: ToolError?
  private(set) var savedStep: Int?
  /// Whether the file of the selected model is out of date.
  private var isSelectedStale = false
  /// Whether there are temporary files, perhaps with the only whole state, to be removed when all is saved.
  private var hasTemporaryFiles: Bool

  /// - Throws: `ToolError` if the event log, or the loss curve of a resumed run, cannot be opened.
  init(_ run: ResolvedRun, _ output: TrainingOutput) throws(ToolError) {
    files = run.options.files
    self.output = output
    settings = run.options.training
    keptCount = run.options.keptCount
    overwrites = run.options.overwrites
    ownsCheckpoints = run.saved.map { run.options.files.hasState($0.path) } ?? false
    hasTemporaryFiles = !files.temporaryFiles.isEmpty
    eventLog = try run.options.eventLog.map { path throws(ToolError) in try EventLog(path: path) }
    defer {
      plot = run.options.plot.map { LossPlot(path: $0, log: files.log, goesOn: curve != nil) }
    }
    guard let saved = run.saved else { return }
    let progress = saved.progress
    // The selected model may be newer than the state, if the process was killed in between, or missing.
    isSelectedStale = true
    if ownsCheckpoints {
      if RunFiles.target(ofTemporary: saved.path) == nil { savedStep = progress.step }
      let numbered = files.numbered(progress.step)
      if keptCount > 0, !exists(numbered) { _ = linkFile(saved.path, as: numbered) }
    }
    curve = try LossCurve(path: files.log, goingOnFrom: progress)
    // The loss curve identifies the gradient flow in the same folder as that of this run.
    if curve != nil, run.options.gradientFlowInterval != nil {
      // A run that is resumed at step 0 measures the initial model again.
      flowLog = try GradientFlowLog(
        path: files.gradientFlow, keepingStepsUpTo: progress.step > 0 ? progress.step : nil)
    }
  }

  /// Training time in the kept rows of the loss curve, in seconds.
  var seconds: Double { curve?.seconds ?? 0 }

  /// Error of a file that could not be written yet; nil if all files are written.
  var failure: ToolError? { failures.first }

  private var failures: [ToolError] {
    [modelFailure, stateFailure, curveFailure, plotFailure, flowFailure, eventLogFailure].compactMap(\.self)
  }

  /// Logs that a run begins or is resumed.
  mutating func begin(_ trainer: Trainer, arguments: [String]) {
    let model = trainer.model.configuration
    note(
      EventLog.Start(
        resumed: trainer.progress.step > 0, step: trainer.progress.step, horizon: trainer.horizon,
        cell: model.cell.name,
        layers: model.layerCount, hidden: model.hiddenSize, parameters: model.parameterCount,
        vocabulary: model.vocabularySize, characters: trainer.characterCount, arguments: arguments))
  }

  /// Appends an event to the event log, if there is one.
  mutating func note(_ event: some Encodable) {
    guard eventLog != nil else { return }
    eventLogFailure = attempt("an event in its log") { writer throws(ToolError) in
      try writer.eventLog?.append(event)
    }
  }

  mutating func draw() {
    guard let plot else { return }
    plotFailure = attempt("a drawing") { _ throws(ToolError) in
      try writing { () throws(CheckpointError) in try plot.write() }
    }
  }

  mutating func append(_ row: LossCurve.Row) {
    plot?.append(row)
    note(EventLog.Losses(row))
    curveFailure = attempt("the loss curve") { writer throws(ToolError) in
      if writer.curve == nil {
        try writer.makeRoom(.log)
        writer.curve = try LossCurve(path: writer.files.log)
      }
      try writer.curve?.append(row)
    }
  }

  /// - Parameter gradientNorm: The gradient norm of the step; nil before the first step.
  mutating func append(_ flow: GradientFlow, step: Int, gradientNorm: Double?) {
    flowFailure = attempt("the gradient flow") { writer throws(ToolError) in
      if writer.flowLog == nil {
        if writer.curve == nil { try writer.makeRoom(.log) }
        writer.flowLog = try GradientFlowLog(path: writer.files.gradientFlow, keepingStepsUpTo: nil)
      }
      try writer.flowLog?.append(flow, step: step, gradientNorm: gradientNorm)
    }
  }

  mutating func selectedModelHasChanged() { isSelectedStale = true }

  /// Saves the selected model if it has changed, and the state of a run: each if it fits, whatever became of the other.
  mutating func save(_ trainer: Trainer, _ record: RunRecord) {
    // A checkpoint on disk must not have rows that a power cut can still take from the logs.
    synchronizeLogs()
    if isSelectedStale || trainer.progress.best == nil {
      modelFailure = attempt("the model") { writer throws(ToolError) in
        try writer.makeRoomForCheckpoints()
        let step = trainer.progress.best?.step ?? trainer.progress.step
        let arguments = record.arguments(ofModelAtStep: step, in: writer.settings)
        try writing { () throws(CheckpointError) in
          try trainer.selectedCheckpoint(arguments: arguments).write(to: writer.files.best)
        }
        writer.isSelectedStale = false
      }
    }
    stateFailure = attempt("a checkpoint") { writer throws(ToolError) in
      try writer.makeRoomForCheckpoints()
      try writing { () throws(CheckpointError) in
        try trainer.save(
          to: writer.files.last, arguments: record.arguments, secondsSpent: record.secondsSpent)
      }
      writer.savedStep = trainer.progress.step
      writer.note(EventLog.Saved(step: trainer.progress.step, path: writer.files.last))
      if writer.keptCount > 0 { try writer.keepNumbered(trainer, record) }
    }
    guard hasTemporaryFiles, modelFailure == nil, stateFailure == nil else { return }
    files.temporaryFiles.forEach(removeFile)
    hasTemporaryFiles = false
  }

  /// Returns the time that saving takes, from a trial. Its file has the name of one that a killed process leaves, but not
  /// of a state, which would be resumed.
  func secondsToSave(_ trainer: Trainer) -> Double {
    let path = files.best + ".tmp-0"
    let start = secondsNow()
    for _ in 0..<3 { try? trainer.save(to: path) }
    removeFile(path)
    return secondsNow() - start
  }

  /// Writes all pending results at the end of a run.
  mutating func finish(_ trainer: Trainer, _ record: RunRecord) {
    if savedStep != trainer.progress.step || isSelectedStale || modelFailure != nil || stateFailure != nil {
      save(trainer, record)
    }
    draw()
    synchronizeLogs()
  }

  private mutating func synchronizeLogs() {
    if curve != nil {
      curveFailure = attempt("the loss curve") { writer throws(ToolError) in
        try writer.curve?.synchronize()
      }
    }
    if flowLog != nil {
      flowFailure = attempt("the gradient flow") { writer throws(ToolError) in
        try writer.flowLog?.synchronize()
      }
    }
    if eventLog != nil {
      eventLogFailure = attempt("an event in its log") { writer throws(ToolError) in
        try writer.eventLog?.synchronize()
      }
    }
  }

  /// Keeps the saved state under a numbered name, as a hard link or, if the file system has none, as a second file.
  private func keepNumbered(_ trainer: Trainer, _ record: RunRecord) throws(ToolError) {
    let path = files.numbered(trainer.progress.step)
    if !linkFile(files.last, as: path) {
      try writing { () throws(CheckpointError) in
        try trainer.save(to: path, arguments: record.arguments, secondsSpent: record.secondsSpent)
      }
    }
    files.removeNumbered(allBut: keptCount, upTo: trainer.progress.step)
  }

  private mutating func makeRoomForCheckpoints() throws(ToolError) {
    if !ownsCheckpoints { try makeRoom(.checkpoints) }
    ownsCheckpoints = true
  }

  private mutating func makeRoom(_ kind: RunFiles.Kind) throws(ToolError) {
    guard !kindsWithRoom.contains(kind) else { return }
    if overwrites, kind == .checkpoints {
      files.removeNumbered(allBut: 0)
      files.temporaryFiles.forEach(removeFile)
    }
    let moved = overwrites ? nil : try files.moveEarlier(kind, number: previousNumber)
    kindsWithRoom.insert(kind)
    guard let moved else { return }
    previousNumber = moved.number
    output.notice("moved an earlier result to \(moved.path); --overwrite replaces it")
  }

  private mutating func attempt(
    _ what: String, _ body: (inout RunWriter) throws(ToolError) -> Void
  ) -> ToolError? {
    do throws(ToolError) {
      try body(&self)
      return nil
    } catch {
      // The same error is printed only once.
      if !failures.contains(error) {
        output.warning("\(error.message); training continues, and saving \(what) is retried")
      }
      return error
    }
  }
}

private func writing(_ body: () throws(CheckpointError) -> Void) throws(ToolError) {
  do throws(CheckpointError) {
    try body()
  } catch {
    throw ToolError(error.exitStatus, error.description)
  }
}
