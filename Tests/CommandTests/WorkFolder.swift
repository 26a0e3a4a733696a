import Foundation

/// A folder for running tools, deleted together with this object.
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

  func names() throws -> [String] { try names(in: ".") }

  func names(in folder: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: path(of: folder)).sorted()
  }

  /// Runs a tool in the folder and waits until it ends.
  ///
  /// - Parameter input: The name of the file for standard input, or nil for none.
  func run(
    _ tool: BuiltTool, _ arguments: [String], input: String? = nil, environment: [String: String] = [:]
  ) throws -> Outcome {
    try run(tool.path, arguments, input: input, environment: environment)
  }

  /// Writes a text and runs a tool in the same folder.
  func run(_ tool: BuiltTool, _ arguments: [String], writing text: String) throws -> Outcome {
    try write(text, to: "text.txt")
    return try run(tool, arguments)
  }

  /// Runs a shell command that calls the tool as `"$0"`.
  func shell(_ line: String, _ tool: BuiltTool, _ arguments: String...) throws -> Outcome {
    try run("/bin/sh", ["-c", line, tool.path] + arguments)
  }

  /// Runs a bash script that calls the tools by their names.
  func bash(_ script: String, environment: [String: String] = [:]) throws -> Outcome {
    let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
    return try run(
      "/bin/bash", ["-c", script],
      environment: environment.merging(["PATH": "\(BuiltTool.folder.path):\(path)"]) { $1 })
  }

  /// Starts a tool in the folder and returns at once.
  func start(_ tool: BuiltTool, _ arguments: [String]) throws -> RunningTool {
    try RunningTool(tool.path, arguments, in: self)
  }

  func run(
    _ executable: String, _ arguments: [String], input: String? = nil, environment: [String: String] = [:]
  ) throws -> Outcome {
    try RunningTool(executable, arguments, in: self, input: input, environment: environment).outcome()
  }
}
