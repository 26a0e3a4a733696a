package import CommandLineSupport

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Darwin
#endif

/// A file that is written.
package struct OutputFile {
  /// The option that names it.
  var option: String
  var path: String
  /// Whether a new file takes the old one's place, rather than that the old one is written to.
  var isReplaced: Bool

  package init(option: String, path: String, isReplaced: Bool) {
    self.option = option
    self.path = path
    self.isReplaced = isReplaced
  }
}

/// Refuses output that would destroy a text or other output.
///
/// - Throws: `UsageError.conflict`
package func checkDistinct(_ outputs: [OutputFile], texts: [String]) throws(UsageError) {
  for (index, output) in outputs.enumerated() {
    let identity = FileIdentity(path: output.path)
    for other in outputs[(index + 1)...]
    where output.path == other.path || (identity != nil && identity == FileIdentity(path: other.path)) {
      // The two files of a checkpoint are different by their names, and replaced one by one.
      guard output.option != other.option else { continue }
      throw .conflict(
        "\(output.option) and \(other.option) are the same file; choose another path for one of them")
    }
    for text in texts where text != "-" && identity != nil && identity == FileIdentity(path: text) {
      throw .conflict("\(output.option) would overwrite the text \(text); choose another path")
    }
  }
}

/// Finds out before a long run whether its results can be written.
///
/// - Throws: `ToolError` with status `cannotCreate`.
package func checkWritable(_ outputs: [OutputFile]) throws(ToolError) {
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
package func exists(_ path: String) -> Bool {
  var status = stat()
  return stat(path, &status) == 0
}

/// Whether there is something that is no regular file at a path, such as a device.
package func isSpecialFile(_ path: String) -> Bool { exists(path) && FileIdentity(path: path) == nil }

/// Gives a file of an earlier run another name, such as `X.previous-1.csv`, so that it is not overwritten.
///
/// - Returns: The new path; nil if there is no such file, or if it is empty.
/// - Throws: `ToolError` with status `cannotCreate`.
package func moveEarlierFile(_ path: String) throws(ToolError) -> String? {
  var status = stat()
  guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG, status.st_size > 0 else { return nil }
  var number = 1
  while exists(inserting(".previous-\(number)", into: path)) { number += 1 }
  let target = inserting(".previous-\(number)", into: path)
  guard rename(path, target) == 0 else {
    throw ToolError(
      .cannotCreate,
      "\(path): cannot move an earlier result to \(target) (\(reason(errno))); move it, or give --overwrite")
  }
  return target
}
