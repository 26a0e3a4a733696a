package import CommandLineSupport
internal import SystemCalls

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
    let kind = FileStatus(path: output.path)?.kind
    if kind == .directory { throw cannotCreate(output.path, because: SystemError.isDirectory.description) }
    if let kind, output.isReplaced, kind != .regular { throw cannotCreate(output.path, because: "no regular file") }
    do throws(SystemError) {
      let isWrittenTo = kind != nil && !output.isReplaced
      try SystemCalls.checkWritable(isWrittenTo ? output.path : folder(of: resolved(output.path)) + "/.")
    } catch {
      throw cannotCreate(output.path, because: error.description)
    }
  }
}

private func cannotCreate(_ path: String, because reason: String) -> ToolError {
  ToolError(.cannotCreate, "\(path): cannot create (\(reason)); check its folder or choose another path")
}

/// Whether there is anything at a path.
package func exists(_ path: String) -> Bool { FileStatus(path: path) != nil }

/// Whether there is something that is no regular file at a path, such as a device.
package func isSpecialFile(_ path: String) -> Bool { exists(path) && FileIdentity(path: path) == nil }

/// Gives a file of an earlier run another name, such as `X.previous-1.csv`, so that it is not overwritten.
///
/// - Returns: The new path; nil if there is no such file, or if it is empty.
/// - Throws: `ToolError` with status `cannotCreate`.
package func moveEarlierFile(_ path: String) throws(ToolError) -> String? {
  guard let status = FileStatus(path: path), status.kind == .regular, status.byteCount > 0 else { return nil }
  var number = 1
  while isTaken(inserting(".previous-\(number)", into: path)) { number += 1 }
  let target = inserting(".previous-\(number)", into: path)
  do throws(SystemError) {
    try renameFile(path, to: target)
  } catch {
    throw ToolError(
      .cannotCreate, "\(path): cannot move an earlier result to \(target) (\(error)); move it, or give --overwrite")
  }
  return target
}
