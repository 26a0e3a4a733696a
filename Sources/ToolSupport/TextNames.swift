internal import CommandLineSupport
package import RecurrentEngine

/// Returns the names of texts in messages, of which a long list is shortened.
package func names(of files: [String]) -> String {
  let shown = files.count > 8 ? files.prefix(3) : files[...]
  let names = shown.map { $0 == "-" ? "standard input" : $0 }.joined(separator: ", ")
  return names + (shown.count < files.count ? ", … (\(NumberText.counted(files.count, "file")))" : "")
}

extension TextSource {
  package init(operand: String) { self = operand == "-" ? .standardInput : .file(operand) }
}

extension LineEndings {
  package var sentence: String {
    let kinds = [(lineFeedCount, "LF"), (pairCount, "CR LF"), (carriageReturnCount, "CR")].filter { $0.0 > 0 }
    return "line endings are mixed: " + kinds.map { "\(NumberText.grouped($0)) \($1)" }.joined(separator: ", ")
  }
}

extension MalformedSequences {
  package func notice(_ policy: MalformedUTF8Policy) -> String {
    let sequences = NumberText.counted(count, "malformed UTF-8 sequence")
    return (policy == .skip ? "skipped \(sequences)" : "put U+FFFD for \(sequences)")
      + ", the first in \(path) at byte \(byteOffset)"
  }
}
