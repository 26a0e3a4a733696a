internal import CommandLineSupport
package import RecurrentEngine

extension CorpusError {
  /// One line with the place, the problem and the remedy.
  ///
  /// - Parameter reader: The command that reads a text from standard input; nil if there is none.
  func sentence(readBy reader: [String]?) -> String {
    specificRemedy(reader).map { "\(problem); \($0)" } ?? description
  }

  /// Options or commands that solve the problem; nil if there are none.
  private func specificRemedy(_ reader: [String]?) -> String? {
    switch self {
    case .empty(paths: []): "name at least one file, or - for standard input"
    case .foreignFormat(let path, let format): format.remedy(for: path, readBy: reader)
    case .malformedUTF8(let path, _, let isRare):
      Self.encodingRemedy(for: path, readBy: reader, isRare: isRare) + ", or use --unit byte"
    case .graphemeTooLong: "use --unit character"
    case .unknownSymbol: "use --unknown charge (each costs ln V), or skip"
    case .vocabularyTooLarge(let unit, _):
      "raise --max-vocabulary, or use --unit \((unit == .grapheme ? TextUnit.character : .byte).rawValue)"
    case .tooShort: "use a longer text or a smaller --batch-size"
    case .cannotOpen, .isDirectory, .readFailed, .empty, .changed, .onOtherNode: nil
    }
  }

  /// Returns the remedy for a text in an unknown encoding, or with a few malformed bytes.
  ///
  /// - Parameter isRare: Whether nearly all of the text is UTF-8, so that there is an option for the rest of it.
  package static func encodingRemedy(
    for path: String, readBy reader: [String]? = nil, isRare: Bool, option: String = "--invalid"
  ) -> String {
    let conversion = conversionCommand(["iconv", "-f", "WINDOWS-1252", "-t", "UTF-8"], path, [], readBy: reader)
    return "convert it: \(conversion) (or from GB18030, SHIFT_JIS, BIG5, EUC-KR, KOI8-R, ISO-8859-2 …)"
      + (isRare ? ", or use \(option) replace or \(option) skip" : "")
  }
}

extension ForeignFormat {
  /// Returns the command that makes a text of a file of this format.
  ///
  /// - Parameter reader: The command that reads the text from standard input; nil if there is none.
  package func remedy(for path: String, readBy reader: [String]? = nil) -> String {
    command.map { "use \(conversionCommand($0, path, finalArguments, readBy: reader))" } ?? "give a text"
  }
}

private func conversionCommand(
  _ command: [String], _ path: String, _ finalArguments: [String], readBy reader: [String]?
) -> String {
  let file = path == TextSource.standardInput.path ? "-" : path.hasPrefix("-") ? "./\(path)" : path
  return ShellCommand.text(command + [file] + finalArguments)
    + (reader.map { " | \(ShellCommand.text($0))" } ?? " > text.txt")
}
