internal import CommandLineSupport
internal import ToolSupport

/// The right to write the files of a run: locks that keep other processes from writing them. A run takes them before it
/// reads its state, which another run could otherwise replace in between.
struct RunClaim: ~Copyable {
  private let lock: RunLock
  private let logLock: RunLock?
  private let eventLogLock: RunLock?

  /// - Throws: `UsageError.conflict` if an output would overwrite a text or another output, or is a picture of another
  ///   format than SVG; `ToolError` with status `cannotCreate` if an output cannot be written, or another run is writing
  ///   it.
  init(_ options: TrainOptions, texts: [String]) throws {
    try checkIsSVG("--plot", options.plot)
    try checkDistinct(options.outputs, texts: texts)
    try checkWritable(options.outputs)
    let eventLog = options.eventLog.flatMap { isSpecialFile($0) ? nil : $0 }
    let lock = try RunLock(options.files.best, option: "--checkpoint")
    let logLock = isSpecialFile(options.files.log) ? nil : try RunLock(options.files.log, option: "--log")
    let eventLogLock = try eventLog.map { path throws(ToolError) in try RunLock(path, option: "--json-log") }
    self.lock = lock
    self.logLock = logLock
    self.eventLogLock = eventLogLock
  }
}
