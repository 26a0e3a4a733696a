internal import CommandLineSupport

/// Messages of a tool without a status line.
package struct StandardErrorOutput: MessageOutput {
  package let tool: String

  package init(tool: String) { self.tool = tool }

  package func print(_ line: String, keepsSpaces: Bool) {
    // A message that cannot be written changes no result.
    try? OutputDescriptor.standardError.write(TerminalText.escaped(line) + "\n")
  }
}
