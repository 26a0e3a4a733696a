package import CommandLineSupport
internal import SystemCalls

package struct OutputFile {
  /// Option that names the file.
  var option: String
  var path: String
  /// Whether a new file replaces the old one; otherwise the old file is written to.
  var isReplaced: Bool

  package init(option: String, path: String, isReplaced: Bool) {
    self.option = option
    self.path = path
    self.isReplaced = isReplaced
  }
}

/// - Parameters:
///   - texts: Paths of the inputs.
///   - input: The word for an input in messages.
/// - Throws: `UsageError.conflict` if an output would overwrite an input or another output.
package func checkDistinct(
  _ outputs: [OutputFile], texts: [String], called input: String = "text"
) throws(UsageError) {
  for (index, output) in outputs.enumerated() {
    let identity = FileIdentity(path: output.path)
    for other in outputs[(index + 1)...]
    where output.path == other.path || (identity != nil && identity == FileIdentity(path: other.path)) {
      // The two files of a checkpoint always have different names, and each is replaced separately.
      guard output.option != other.option else { continue }
      throw .conflict(
        "\(output.option) and \(other.option) are the same file; choose another path for one of them")
    }
    for text in texts where text != "-" && identity != nil && identity == FileIdentity(path: text) {
      throw .conflict("\(output.option) would overwrite the \(input) \(text); choose another path")
    }
  }
}

/// - Throws: `UsageError.conflict` if the name of a picture is that of another format than SVG.
package func checkIsSVG(_ option: String, _ path: String?) throws(UsageError) {
  guard let path, let dot = path.lastIndex(of: "."),
    ["png", "jpg", "jpeg", "gif", "webp", "pdf", "eps"].contains(path[dot...].dropFirst().lowercased())
  else { return }
  throw .conflict("\(option) writes SVG, and \(path) is the name of another format; give \(path[..<dot]).svg")
}

/// - Throws: `ToolError` with status `cannotCreate`, before a long run, for an output that cannot be written.
package func checkWritable(_ outputs: [OutputFile]) throws(ToolError) {
  for output in outputs {
    let kind = FileStatus(path: output.path)?.kind
    if kind == .directory { throw cannotCreate(output.path, .isDirectory) }
    if let kind, output.isReplaced, kind != .regular {
      throw ToolError(.cannotCreate, "\(output.path): cannot create (no regular file); choose another path")
    }
    do throws(SystemError) {
      let isWrittenTo = kind != nil && !output.isReplaced
      try SystemCalls.checkWritable(isWrittenTo ? output.path : folder(of: resolved(output.path)) + "/.")
    } catch {
      throw cannotCreate(output.path, error)
    }
  }
}

func cannotCreate(_ path: String, _ error: SystemError) -> ToolError {
  ToolError(.cannotCreate, "\(path): cannot create (\(error)); \(error.remedy(.writing))")
}

package func exists(_ path: String) -> Bool { FileStatus(path: path) != nil }

/// Whether a path exists and is not a regular file, but for example a device.
package func isSpecialFile(_ path: String) -> Bool { exists(path) && FileIdentity(path: path) == nil }

/// Renames a file of an earlier run, for example to `X.previous-1.csv`, so that it is not overwritten.
///
/// - Returns: The new path; nil if the file does not exist or is empty.
/// - Throws: `ToolError` with status `cannotCreate`.
package func moveEarlierFile(_ path: String) throws(ToolError) -> String? {
  guard isFileWithContents(path) else { return nil }
  var number = 1
  while isTaken(inserting(".previous-\(number)", into: path)) { number += 1 }
  let target = inserting(".previous-\(number)", into: path)
  try moveEarlierFile(path, to: target)
  return target
}

/// Renames a file of an earlier run.
///
/// - Throws: `ToolError` with status `cannotCreate`.
package func moveEarlierFile(_ path: String, to target: String) throws(ToolError) {
  do throws(SystemError) {
    try DurableFile.move(path, to: target)
  } catch {
    // A copy that was not finished.
    if exists(path) { removeFile(target) }
    throw ToolError(
      .cannotCreate,
      "\(path): cannot move an earlier result to \(target) (\(error)); \(error.remedy(.writing)), or give --overwrite")
  }
}

package func isFileWithContents(_ path: String) -> Bool {
  guard let status = FileStatus(path: path) else { return false }
  return status.kind == .regular && status.byteCount > 0
}
