package import CommandLineSupport
internal import RecurrentEngine
internal import SystemCalls

/// Returns the path of the file that ``trySaving(_:)`` writes in place of an output.
package func trialFile(of output: String) -> String {
  let target = resolved(output)
  return "\(folder(of: target))/.\(name(of: target)).trial"
}

/// Replaces a small file beside an output, so that a long run learns at its start what the file system cannot do. The
/// caller holds the lock of the output.
///
/// - Returns: Notices about the file system.
/// - Throws: `ToolError` if no file can be written there. A lack of space is a notice, because there may be room later.
package func trySaving(_ output: String) throws(ToolError) -> [String] {
  let trial = trialFile(of: output)
  // The trial has a file to replace.
  if let file = try? FileDescriptor.open(trial, for: .creating) { file.close() }
  defer { removeFile(trial) }
  let failure: CheckpointError
  do throws(FileError) {
    let shortcomings = try DurableFile.write(to: trial) { (sink) throws(FileError) in try sink.append([UInt8(0)]) }
    return [
      shortcomings.contains(.renaming)
        ? "\(output): its file system does not rename over a file; new contents are copied over old ones" : nil,
      shortcomings.contains(.flushing)
        ? "\(output): its file system does not flush to disk; a power cut can cost the newest results" : nil,
    ].compactMap(\.self)
  } catch {
    switch error {
    case .writeFailed(_, let reason):
      failure = .writeFailed(path: output, reason)
      if reason.isLackOfSpace { return ["\(failure); training begins, and saving is retried"] }
    case .notReplaced(_, let newFile, let reason):
      removeFile(newFile)
      failure = .writeFailed(path: output, reason)
    case .cannotCreate(_, let reason): failure = .cannotCreate(path: output, reason)
    default: failure = CheckpointError(error)
    }
  }
  throw ToolError(failure.exitStatus, failure.description)
}
