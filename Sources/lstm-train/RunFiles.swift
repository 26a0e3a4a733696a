internal import CommandLineSupport
internal import RecurrentEngine
internal import SystemCalls
internal import ToolSupport

/// Paths of the files that a run writes, derived from `--checkpoint` and `--log`.
struct RunFiles {
  /// Selected model: `X.bin`.
  let best: String
  let log: String
  /// Path without suffix: `X`.
  private let base: String

  private static let suffix = ".bin"

  init(checkpoint: String, log: String) {
    best = checkpoint
    base = checkpoint.hasSuffix(Self.suffix) ? String(checkpoint.dropLast(Self.suffix.count)) : checkpoint
    self.log = log
  }

  /// Returns the path of the selected model of the run with its state in `path`.
  static func checkpoint(ofState path: String) -> String {
    let path = target(ofTemporary: path) ?? path
    guard path.hasSuffix(suffix) else { return path }
    let stem = path.dropLast(suffix.count)
    if stem.hasSuffix(".last") { return stem.dropLast(".last".count) + suffix }
    if let mark = stem.range(ofLast: ".step-"), Int(stem[mark.upperBound...]) != nil {
      return stem[..<mark.lowerBound] + suffix
    }
    return path
  }

  /// Returns a path with the same `.previous-N` as the name of a checkpoint.
  static func renamed(_ path: String, like checkpoint: String) -> String {
    let stem = checkpoint.hasSuffix(suffix) ? checkpoint.dropLast(suffix.count) : checkpoint[...]
    guard let mark = stem.range(ofLast: previousMark), let number = Int(stem[mark.upperBound...]) else { return path }
    return inserting("\(previousMark)\(number)", into: path)
  }

  /// Training state: `X.last.bin`.
  var last: String { base + ".last" + Self.suffix }

  /// Gradient flow beside the loss curve `Y.csv`: `Y.gradient-flow.csv`, or the device of the loss curve.
  var gradientFlow: String { isSpecialFile(log) ? log : inserting(".gradient-flow", into: log) }

  /// Returns the path of the state after a step: `X.step-N.bin`.
  func numbered(_ step: Int) -> String { "\(base).step-\(step)\(Self.suffix)" }

  /// Whether a path names a training state among these files.
  func hasState(_ path: String) -> Bool {
    guard let file = FileIdentity(path: path) else { return false }
    return ([last] + numberedSteps.map(numbered) + temporaryFiles).contains { FileIdentity(path: $0) == file }
  }

  /// Steps of the existing numbered states, in ascending order.
  var numberedSteps: [Int] {
    let prefix = "\(name(of: base)).step-"
    return entryNames(inFolder: folder(of: best)).compactMap { name in
      guard name.hasPrefix(prefix), name.hasSuffix(Self.suffix) else { return nil }
      return Int(name.dropFirst(prefix.count).dropLast(Self.suffix.count))
    }.sorted()
  }

  /// Removes all but the newest numbered states up to a step. Later ones, from before the run was resumed, are kept.
  func removeNumbered(allBut count: Int, upTo lastStep: Int = .max) {
    for step in numberedSteps.filter({ $0 <= lastStep }).dropLast(count) { removeFile(numbered(step)) }
  }

  // MARK: Earlier runs

  /// A kind of files of an earlier run that a new run would overwrite.
  enum Kind { case checkpoints, log }

  /// Renames files of an earlier run to `X.previous-1.bin` and so on.
  ///
  /// - Parameter number: The number of the earlier run if its files of another kind were renamed before; nil otherwise.
  /// - Returns: The number, and the new path of one of the files; nil if there are none.
  /// - Throws: `ToolError` with status `cannotCreate`.
  func moveEarlier(_ kind: Kind, number: Int?) throws(ToolError) -> (number: Int, path: String)? {
    let files = earlier(kind)
    guard let shown = files.last else { return nil }
    let number = number ?? firstFreeNumber
    for file in files { try moveEarlierFile(file, to: previousName(of: file, number)) }
    return (number, previousName(of: shown, number))
  }

  private func earlier(_ kind: Kind) -> [String] {
    switch kind {
    // The training state first: if the process is killed in between, an incomplete earlier run cannot be resumed.
    case .checkpoints: (temporaryFiles + [last] + numberedSteps.map(numbered) + [best]).filter(isFileWithContents)
    case .log: [gradientFlow, log].filter(isFileWithContents)
    }
  }

  private var firstFreeNumber: Int {
    let all = [best, last, log, gradientFlow] + numberedSteps.map(numbered)
    return (1...).first { number in
      all.allSatisfy { !isTaken(previousName(of: $0, number)) }
    } ?? 1
  }

  private func previousName(of path: String, _ number: Int) -> String {
    let insertion = "\(Self.previousMark)\(number)"
    // Derived from the new name of the loss curve.
    if path != log, path == gradientFlow {
      return RunFiles(checkpoint: best, log: previousName(of: log, number)).gradientFlow
    }
    return path == log ? inserting(insertion, into: path) : base + insertion + String(path.dropFirst(base.count))
  }

  private static let previousMark = ".previous-"
}

extension StringProtocol {
  func range(ofLast text: String) -> Range<Index>? {
    var start = endIndex
    while start > startIndex {
      start = index(before: start)
      if self[start...].hasPrefix(text) { return start..<index(start, offsetBy: text.count) }
    }
    return nil
  }
}
