/// A command as typed into a shell.
public enum ShellCommand {
  /// Returns the arguments separated by spaces, quoted if a shell would misinterpret them, and then the names of files.
  ///
  /// - Parameter isASCII: whether to write other characters as escape sequences.
  public static func text(_ arguments: [String], files: [String] = [], isASCII: Bool = false) -> String {
    (arguments.map { quoted($0, isASCII: isASCII) } + operands(files, isASCII: isASCII)).joined(separator: " ")
  }

  /// Returns the command broken between its arguments, with a backslash before each break, so that it can be pasted.
  ///
  /// - Parameters:
  ///   - indent: spaces before the first line.
  ///   - hangingIndent: spaces before the lines after it.
  public static func wrapped(_ command: String, width: Int, indent: Int = 0, hangingIndent: Int = 0) -> [String] {
    let continuation = " \\"
    var lines = TerminalText.wrapped(
      withUnbrokenArguments(command), width: width - continuation.count, indent: indent, hangingIndent: hangingIndent)
    for index in lines.indices.dropLast() { lines[index] += continuation }
    return lines
  }

  /// Returns a quoted argument. Works on scalars: as a `Character`, a quotation mark could be hidden by a combining
  /// mark that follows it.
  static func quoted(_ argument: String, isASCII: Bool) -> String {
    let scalars = argument.unicodeScalars
    guard argument.isEmpty || !scalars.allSatisfy(isPlain) else { return argument }
    func isVisible(_ scalar: UnicodeScalar) -> Bool {
      TerminalText.isSafe(scalar) && scalar != TerminalText.noBreakSpace && (scalar.isASCII || !isASCII)
    }
    if scalars.allSatisfy(isVisible) {
      return "'" + scalars.map { $0 == "'" ? #"'\''"# : String($0) }.joined() + "'"
    }
    // The quotes of bash, zsh and POSIX 2024, in which every byte can be written.
    return "$'"
      + scalars.map { scalar in
        isVisible(scalar) && scalar != "'" && scalar != "\\"
          ? String(scalar) : String(scalar).utf8.map(escaped).joined()
      }.joined() + "'"
  }

  private static func escaped(_ byte: UInt8) -> String {
    switch byte {
    case UInt8(ascii: "\n"): return "\\n"
    case UInt8(ascii: "\t"): return "\\t"
    default:
      let digits = String(byte, radix: 8)
      return "\\" + String(repeating: "0", count: 3 - digits.utf8.count) + digits
    }
  }

  private static func isPlain(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar {
    case "a"..."z", "A"..."Z", "0"..."9", "-", "+", "_", ".", ",", "/", ":": true
    default: false
    }
  }

  /// Returns the command with no-break spaces in single quotes and after backslashes, where spaces belong to an
  /// argument.
  private static func withUnbrokenArguments(_ command: String) -> String {
    var isQuoted = false
    var isEscaped = false
    var result = String.UnicodeScalarView()
    for scalar in command.unicodeScalars {
      result.append(scalar == " " && (isQuoted || isEscaped) ? "\u{A0}" : scalar)
      switch scalar {
      case _ where isEscaped: isEscaped = false
      case "'": isQuoted.toggle()
      case "\\": isEscaped = !isQuoted
      default: break
      }
    }
    return String(result)
  }
}
