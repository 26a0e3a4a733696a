internal import RecurrentEngine
internal import SystemCalls
internal import ToolSupport

/// Temporary files beside those of a run: incomplete if a process was killed while it wrote one, complete if it could
/// not be put in its place.
extension RunFiles {
  /// Temporary files of the selected model and of training states.
  var temporaryFiles: [String] {
    let targets = [best, last, trialFile(of: best)].map(name(of:))
    let numbered = name(of: numbered(0)).dropLast("0.bin".count)
    return entryNames(inFolder: folder(of: best)).filter { name in
      guard let target = Self.target(ofTemporary: name) else { return false }
      return targets.contains(target) || target.hasPrefix(numbered)
    }.map { best.dropLast(name(of: best).count) + $0 }
  }

  /// Returns the path in whose place a temporary file was to be put; nil for any other file.
  static func target(ofTemporary path: String) -> String? {
    guard let mark = path.range(ofLast: DurableFile.temporaryMark) else { return nil }
    let numbers = path[mark.upperBound...].split(separator: "-", omittingEmptySubsequences: false)
    return numbers.count <= 2 && numbers.allSatisfy { Int($0) != nil } ? String(path[..<mark.lowerBound]) : nil
  }

  /// Opens the newest complete training state: the temporary file if that in `last` is older, damaged or missing.
  ///
  /// - Returns: Nil if there is none.
  /// - Throws: The error of opening the state in `last`, if there is no other one.
  func newestState() throws -> SavedRun? {
    let own = exists(last) ? Result { try SavedRun(path: last) } : nil
    let others = temporaryFiles.filter { Self.target(ofTemporary: name(of: $0)) == name(of: last) }
    let states = [try? own?.get()].compactMap(\.self) + others.compactMap { try? SavedRun(path: $0) }
    return try states.max { $0.progress.step < $1.progress.step } ?? own?.get()
  }

  /// Removes temporary files without a whole checkpoint. The caller must hold the lock.
  func removeIncompleteFiles() {
    for path in temporaryFiles {
      do throws(CheckpointError) {
        _ = try SafetensorsFile(path: path)
      } catch .damaged, .notACheckpoint {
        removeFile(path)
      } catch {}
    }
  }
}
