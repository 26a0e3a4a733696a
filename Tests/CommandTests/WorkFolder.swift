import Foundation

/// A folder that tools run in, and that lasts as long as this object.
final class WorkFolder {
  let path: String

  init() throws {
    path = FileManager.default.temporaryDirectory.appending(path: "command-tests-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
  }

  deinit {
    try? FileManager.default.removeItem(atPath: path)
  }

  func path(of name: String) -> String { "\(path)/\(name)" }

  func write(_ text: String, to name: String) throws { try write(Data(text.utf8), to: name) }

  func write(_ bytes: Data, to name: String) throws { try bytes.write(to: URL(filePath: path(of: name))) }

  func makeFolder(_ name: String) throws {
    try FileManager.default.createDirectory(atPath: path(of: name), withIntermediateDirectories: false)
  }

  func bytes(of name: String) throws -> Data { try Data(contentsOf: URL(filePath: path(of: name))) }

  func text(of name: String) throws -> String { String(decoding: try bytes(of: name), as: UTF8.self) }

  func names() throws -> [String] { try FileManager.default.contentsOfDirectory(atPath: path).sorted() }

  /// Runs a tool here and waits for its end.
  ///
  /// - Parameter input: The name of the file that is its standard input; nil for none.
  func run(
    _ tool: BuiltTool, _ arguments: [String], input: String? = nil, environment: [String: String] = [:]
  ) throws -> Outcome {
    try run(tool.path, arguments, input: input, environment: environment)
  }

  /// Runs a line of shell, which calls the tool by `"$0"`.
  func shell(_ line: String, _ tool: BuiltTool, _ arguments: String...) throws -> Outcome {
    try run("/bin/sh", ["-c", line, tool.path] + arguments)
  }

  private func run(
    _ executable: String, _ arguments: [String], input: String? = nil, environment: [String: String] = [:]
  ) throws -> Outcome {
    // Files take any amount of output while nobody reads it, as pipes do not.
    let streams = try StreamFiles()
    let process = Process()
    process.executableURL = URL(filePath: executable)
    process.arguments = arguments
    process.currentDirectoryURL = URL(filePath: path)
    let ignored = ["COLUMNS", "LSTM_TRAIN_KERNELS", "NO_COLOR", "TERM"]
    process.environment = ProcessInfo.processInfo.environment.filter { !ignored.contains($0.key) }
      .merging(environment) { $1 }
    process.standardInput = try input.map { try FileHandle(forReadingFrom: URL(filePath: path(of: $0))) } ?? .nullDevice
    process.standardOutput = try FileHandle(forWritingTo: streams.output)
    process.standardError = try FileHandle(forWritingTo: streams.error)
    try process.run()
    process.waitUntilExit()
    // A process that a signal ended is none that ended with the signal's number.
    let status = process.terminationReason == .exit ? process.terminationStatus : -process.terminationStatus
    return Outcome(
      status: status, outputBytes: try Data(contentsOf: streams.output),
      errorBytes: try Data(contentsOf: streams.error))
  }
}

/// Where the output of one process goes, outside of the folder that it works in.
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
