internal import CommandLineSupport
internal import ToolSupport

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Darwin
#endif

/// Refuses output that would destroy a text or the other output.
///
/// - Throws: `UsageError.conflict`
func checkDistinct(_ files: RunFiles, texts: [String]) throws {
  let checkpoints = [files.best, files.last]
  let checkpointFiles = checkpoints.compactMap(FileIdentity.init(path:))
  let logFiles = [files.log].compactMap(FileIdentity.init(path:))
  if checkpoints.contains(files.log) || logFiles.contains(where: checkpointFiles.contains) {
    throw UsageError.conflict("--checkpoint and --log are the same file; choose another path for one of them")
  }
  for text in texts where text != "-" {
    guard let textFile = FileIdentity(path: text) else { continue }
    for (option, files) in [("--checkpoint", checkpointFiles), ("--log", logFiles)] where files.contains(textFile) {
      throw UsageError.conflict("\(option) would overwrite the text \(text); choose another path")
    }
  }
}

/// Finds out before a long run whether its results can be written.
///
/// - Throws: `ToolError` with status `cannotCreate`.
func checkWritable(_ files: RunFiles) throws {
  // A checkpoint is a new file that takes the old one's place; a loss curve goes into the file that is there.
  for (path, isReplaced) in [(files.best, true), (files.last, true), (files.log, false)] {
    var status = stat()
    let exists = stat(path, &status) == 0
    let kind = status.st_mode & S_IFMT
    if exists, kind == S_IFDIR { throw cannotCreate(path, because: reason(EISDIR)) }
    if exists, isReplaced, kind != S_IFREG { throw cannotCreate(path, because: "no regular file") }
    // The dot makes a file in the place of the folder an error of its own.
    let isWritable =
      exists && !isReplaced ? access(path, W_OK) == 0 : access(folder(of: resolved(path)) + "/.", W_OK | X_OK) == 0
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
