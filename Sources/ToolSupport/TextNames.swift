internal import CommandLineSupport
package import RecurrentEngine

/// Texts as output calls them.
package func names(of files: [String]) -> String {
  files.map { $0 == "-" ? "standard input" : $0 }.joined(separator: ", ")
}

extension TextSource {
  /// What an operand means: a file, or `-` for standard input.
  package init(operand: String) { self = operand == "-" ? .standardInput : .file(operand) }
}

extension MalformedSequences {
  /// What is said of a text that was read all the same.
  package func notice(_ policy: MalformedUTF8Policy) -> String {
    let sequences = NumberText.counted(count, "malformed UTF-8 sequence")
    return (policy == .skip ? "skipped \(sequences)" : "put U+FFFD for \(sequences)")
      + ", the first in \(path) at byte \(NumberText.grouped(byteOffset))"
  }
}
