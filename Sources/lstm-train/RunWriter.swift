internal import CommandLineSupport
internal import RecurrentEngine
internal import SystemCalls
internal import ToolSupport

/// Writes the results of a run: checkpoints, loss curve, drawing and log of events. A failed attempt is repeated later.
struct RunWriter {
  private let files: RunFiles
  private let keptCount: Int
  private let overwrites: Bool
  /// The options that decide the run, as its checkpoints store them.
  var arguments: [String]
  private let output: TrainingOutput
  /// Whether the existing files are those of this run: it has saved, or was resumed from them.
  private var ownsCheckpoints: Bool
  private var previousNumber: Int?
  /// The kinds of files of which none belongs to an earlier run any more.
  private var kindsWithRoom: Set<RunFiles.Kind> = []
  private var curve: LossCurve?
  private var plot: LossPlot?
  private var flowLog: GradientFlowLog?
  private var eventLog: EventLog?
  /// The errors of the last attempts; nil for those that succeeded.
  private(set) var checkpointFailure: ToolError?
  private(set) var curveFailure: ToolError?
  private(set) var plotFailure: ToolError?
  private(set) var flowFailure: ToolError?
  private(set) var eventLogFailure: ToolError?
  /// The step whose state was saved last.
  private(set) var savedStep: Int?
  /// Whether the file of the selected model holds an earlier one.
  private var isSelectedStale = false

  /// - Throws: `ToolError` if the loss curve of a resumed run cannot be opened.
  init(_ run: ResolvedRun, _ output: TrainingOutput) throws(ToolError) {
    files = run.options.files
    self.output = output
    arguments = run.arguments
    keptCount = run.options.keptCount
    overwrites = run.options.overwrites
    ownsCheckpoints = run.resumesOwnFiles
    eventLog = try run.options.eventLog.map { path throws(ToolError) in try EventLog(path: path) }
    defer {
      plot = run.options.plot.map { LossPlot(path: $0, log: files.log, goesOn: curve != nil) }
    }
    guard let progress = run.savedProgress else { return }
    // Files that are written after the state may have been lost with the process that saved it.
    isSelectedStale = true
    if ownsCheckpoints {
      savedStep = progress.step
      let numbered = files.numbered(progress.step)
      if keptCount > 0, !exists(numbered) { _ = linkFile(files.last, as: numbered) }
    }
    curve = try LossCurve(path: files.log, goingOnFrom: progress)
    // The loss curve tells whether the files beside it are of this run.
    if curve != nil, run.options.gradientFlowInterval != nil {
      // The initial model is measured anew.
      flowLog = try GradientFlowLog(
        path: files.gradientFlow, keepingStepsUpTo: progress.step > 0 ? progress.step : nil)
    }
  }

  /// Seconds of training in the rows of the loss curve.
  var seconds: Double { curve?.seconds ?? 0 }

  /// The error of a file that could not be written yet; nil if all is written.
  var failure: ToolError? { checkpointFailure ?? curveFailure ?? plotFailure ?? flowFailure ?? eventLogFailure }

  /// Notes that a run begins or is resumed.
  mutating func begin(_ trainer: Trainer, horizon: Int?) {
    let model = trainer.model.configuration
    note(
      EventLog.Start(
        resumed: trainer.progress.step > 0, step: trainer.progress.step, horizon: horizon, cell: model.cell.name,
        layers: model.layerCount, hidden: model.hiddenSize, parameters: model.parameterCount,
        vocabulary: model.vocabularySize, characters: trainer.characterCount, arguments: arguments))
  }

  /// Appends an event to the log of events, if there is one.
  mutating func note(_ event: some Encodable) {
    guard eventLog != nil else { return }
    eventLogFailure = attempt("an event in its log", failed: eventLogFailure) { writer throws(ToolError) in
      try writer.eventLog?.append(event)
    }
  }

  /// Draws the losses until now.
  mutating func draw() {
    guard let plot else { return }
    plotFailure = attempt("a drawing", failed: plotFailure) { _ throws(ToolError) in
      try writing { () throws(CheckpointError) in try plot.write() }
    }
  }

  mutating func append(_ row: LossCurve.Row) {
    plot?.append(row)
    note(EventLog.Losses(row))
    curveFailure = attempt("the loss curve", failed: curveFailure) { writer throws(ToolError) in
      if writer.curve == nil {
        try writer.makeRoom(.log)
        writer.curve = try LossCurve(path: writer.files.log)
      }
      try writer.curve?.append(row)
    }
  }

  /// Appends a measurement after a step.
  ///
  /// - Parameter gradientNorm: That of the step's update; nil before the first.
  mutating func append(_ flow: GradientFlow, step: Int, gradientNorm: Double?) {
    flowFailure = attempt("the gradient flow", failed: flowFailure) { writer throws(ToolError) in
      if writer.flowLog == nil {
        if writer.curve == nil { try writer.makeRoom(.log) }
        writer.flowLog = try GradientFlowLog(path: writer.files.gradientFlow, keepingStepsUpTo: nil)
      }
      try writer.flowLog?.append(flow, step: step, gradientNorm: gradientNorm)
    }
  }

  mutating func selectedModelHasChanged() { isSelectedStale = true }

  /// Saves the state of a run, and the selected model if it is another one than before.
  mutating func save(_ trainer: Trainer) {
    checkpointFailure = attempt("a checkpoint", failed: checkpointFailure) { writer throws(ToolError) in
      if !writer.ownsCheckpoints { try writer.makeRoom(.checkpoints) }
      try writing { () throws(CheckpointError) in
        try trainer.save(to: writer.files.last, arguments: writer.arguments)
      }
      writer.ownsCheckpoints = true
      writer.savedStep = trainer.progress.step
      writer.note(EventLog.Saved(step: trainer.progress.step, path: writer.files.last))
      if writer.isSelectedStale || trainer.progress.best == nil {
        try writing { () throws(CheckpointError) in try trainer.selectedCheckpoint().write(to: writer.files.best) }
        writer.isSelectedStale = false
      }
      if writer.keptCount > 0 { try writer.keepNumbered(trainer) }
    }
  }

  /// Writes everything that is not written yet at the end of a run.
  mutating func finish(_ trainer: Trainer) {
    if savedStep != trainer.progress.step || isSelectedStale || checkpointFailure != nil { save(trainer) }
    draw()
    guard curve != nil else { return }
    curveFailure = attempt("the loss curve", failed: curveFailure) { writer throws(ToolError) in
      try writer.curve?.flush()
    }
    guard flowLog != nil else { return }
    flowFailure = attempt("the gradient flow", failed: flowFailure) { writer throws(ToolError) in
      try writer.flowLog?.flush()
    }
  }

  /// A second name for the state that was just saved; where the file system has none, a second file.
  private func keepNumbered(_ trainer: Trainer) throws(ToolError) {
    let path = files.numbered(trainer.progress.step)
    if !linkFile(files.last, as: path) {
      try writing { () throws(CheckpointError) in try trainer.save(to: path, arguments: arguments) }
    }
    files.removeNumbered(allBut: keptCount, upTo: trainer.progress.step)
  }

  private mutating func makeRoom(_ kind: RunFiles.Kind) throws(ToolError) {
    guard !kindsWithRoom.contains(kind) else { return }
    if overwrites, kind == .checkpoints { files.removeNumbered(allBut: 0) }
    let moved = overwrites ? nil : try files.moveEarlier(kind, number: previousNumber)
    kindsWithRoom.insert(kind)
    guard let moved else { return }
    previousNumber = moved.number
    output.notice("moved an earlier result to \(moved.path); --overwrite replaces it")
  }

  private mutating func attempt(
    _ what: String, failed earlier: ToolError?, _ body: (inout RunWriter) throws(ToolError) -> Void
  ) -> ToolError? {
    do throws(ToolError) {
      try body(&self)
      return nil
    } catch {
      // The same error is printed once.
      if error != earlier {
        output.warning("\(error.message); training continues without \(what), which is tried again")
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
