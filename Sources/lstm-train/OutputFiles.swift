internal import CommandLineSupport
internal import ToolSupport

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Darwin
#endif

/// A file that is written.
struct OutputFile {
  /// The option that names it.
  var option: String
  var path: String
  /// Whether a new file takes the old one's place, rather than that the old one is written to.
  var isReplaced: Bool
}

extension TrainOptions {
  /// The files that a run writes.
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

/// Refuses output that would destroy a text or other output.
///
/// - Throws: `UsageError.conflict`
func checkDistinct(_ outputs: [OutputFile], texts: [String]) throws {
  for (index, output) in outputs.enumerated() {
    let identity = FileIdentity(path: output.path)
    for other in outputs[(index + 1)...]
    where output.path == other.path || (identity != nil && identity == FileIdentity(path: other.path)) {
      // The two files of a checkpoint are different by their names, and replaced one by one.
      guard output.option != other.option else { continue }
      throw UsageError.conflict(
        "\(output.option) and \(other.option) are the same file; choose another path for one of them")
    }
    for text in texts where text != "-" && identity != nil && identity == FileIdentity(path: text) {
      throw UsageError.conflict("\(output.option) would overwrite the text \(text); choose another path")
    }
  }
}

/// Finds out before a long run whether its results can be written.
///
/// - Throws: `ToolError` with status `cannotCreate`.
func checkWritable(_ outputs: [OutputFile]) throws {
  for output in outputs {
    let path = output.path
    var status = stat()
    let exists = stat(path, &status) == 0
    let kind = status.st_mode & S_IFMT
    if exists, kind == S_IFDIR { throw cannotCreate(path, because: reason(EISDIR)) }
    if exists, output.isReplaced, kind != S_IFREG { throw cannotCreate(path, because: "no regular file") }
    // The dot makes a file in the place of the folder an error of its own.
    let isWritable =
      exists && !output.isReplaced
      ? access(path, W_OK) == 0 : access(folder(of: resolved(path)) + "/.", W_OK | X_OK) == 0
    if !isWritable { throw cannotCreate(path, because: reason(errno)) }
  }
}

/// The file that a path leads to if it is a link.
func resolved(_ path: String) -> String {
  guard let target = realpath(path, nil) else { return path }
  defer { free(target) }
  return String(cString: target)
}

private func cannotCreate(_ path: String, because reason: String) -> ToolError {
  ToolError(.cannotCreate, "\(path): cannot create (\(reason)); check its folder or choose another path")
}

private func reason(_ code: Int32) -> String { String(cString: strerror(code)) }

/// Whether there is anything at a path.
func exists(_ path: String) -> Bool {
  var status = stat()
  return stat(path, &status) == 0
}

/// Whether there is something that is no regular file at a path, such as a device.
func isSpecialFile(_ path: String) -> Bool { exists(path) && FileIdentity(path: path) == nil }
