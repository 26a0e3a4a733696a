import Foundation
import Testing

/// A running process in a folder, and its output.
final class RunningTool {
  private let process = Process()
  // Files take any amount of output while nobody reads it; pipes do not.
  private let streams: StreamFiles

  init(
    _ executable: String, _ arguments: [String], in folder: WorkFolder, input: String? = nil,
    terminal: Terminal? = nil, environment: [String: String] = [:]
  ) throws {
    streams = try StreamFiles()
    process.executableURL = URL(filePath: executable)
    process.arguments = arguments
    process.currentDirectoryURL = URL(filePath: folder.path)
    let ignored = ["COLUMNS", "LANG", "LC_ALL", "LC_CTYPE", "LSTM_TRAIN_KERNELS", "NO_COLOR", "TERM"]
    process.environment = ProcessInfo.processInfo.environment.filter { !ignored.contains($0.key) }
      .merging(environment) { $1 }
    process.standardInput =
      try input.map { try FileHandle(forReadingFrom: URL(filePath: folder.path(of: $0))) } ?? .nullDevice
    process.standardOutput = try FileHandle(forWritingTo: streams.output)
    process.standardError = try terminal?.end ?? FileHandle(forWritingTo: streams.error)
    try process.run()
  }

  deinit {
    if process.isRunning { kill(process.processIdentifier, SIGKILL) }
  }

  /// The standard error so far.
  var error: String { (try? String(contentsOf: streams.error, encoding: .utf8)) ?? "" }

  var isRunning: Bool { process.isRunning }

  func signal(_ number: Int32) { kill(process.processIdentifier, number) }

  /// Waits until a condition becomes true, which must happen while the process runs and within half a minute.
  func wait(for what: String, until holds: () throws -> Bool) throws {
    let deadline = Date(timeIntervalSinceNow: 30)
    while try !holds() {
      try #require(process.isRunning, "ended before \(what): \(error)")
      try #require(Date() < deadline, "\(what) did not come")
      usleep(2_000)
    }
  }

  /// Waits until the process ends.
  func outcome() throws -> Outcome {
    process.waitUntilExit()
    // The status is negative if a signal ended the process.
    let status = process.terminationReason == .exit ? process.terminationStatus : -process.terminationStatus
    return Outcome(
      status: status, outputBytes: try Data(contentsOf: streams.output),
      errorBytes: try Data(contentsOf: streams.error))
  }
}

/// Temporary files for the output of one process, outside of its folder.
private final class StreamFiles {
  let output: URL
  let error: URL

  init() throws {
    let base = FileManager.default.temporaryDirectory
    let name = "command-tests-\(UUID().uuidString)"
    output = base.appending(path: "\(name).out")
    error = base.appending(path: "\(name).err")
    try Data().write(to: output)
    try Data().write(to: error)
  }

  deinit {
    for file in [output, error] { try? FileManager.default.removeItem(at: file) }
  }
}
