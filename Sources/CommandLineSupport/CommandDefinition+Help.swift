extension CommandDefinition {
  /// Returns the text of `--help`, ending with a line feed.
  ///
  /// - Parameter width: columns to fit the text into; taken as 40 when less, and as 100 when more.
  public func helpText(width: Int = 80) -> String { helpText(width: width, commands: []) }

  /// - Parameter commands: The commands of a tool that has some, which the operands then name.
  func helpText(width: Int, commands: [(name: String, help: String)]) -> String {
    let width = min(max(width, 40), 100)
    var lines = TerminalText.wrapped("Usage: \(name) \(arguments)", width: width, hangingIndent: 2)
    lines += [""] + TerminalText.wrapped(summary, width: width)

    let column = helpColumn(width: width)
    if !commands.isEmpty {
      let column = min(column, (commands.map(\.name.count).max() ?? 0) + 4)
      lines += ["", "Commands"] + commands.flatMap { row($0.name, help: $0.help, column: column, width: width) }
    }
    for group in groups {
      lines += ["", group]
      lines += options.filter { $0.group == group }.flatMap { option in
        row(option.label, help: option.help + option.notes(defaults: defaults), column: column, width: width)
      }
    }
    if !examples.isEmpty {
      lines += ["", "Examples"]
      lines += examples.flatMap { ShellCommand.wrapped($0, width: width, indent: 2, hangingIndent: 6) }
    }
    return lines.map { $0 + "\n" }.joined()
  }

  /// The arguments as the usage line shows them. The options of a command follow its name.
  var arguments: String {
    guard Values.self != ToolDefinition.NoOptions.self else { return operands }
    return operands.isEmpty ? "[options]" : "[options] \(operands)"
  }

  /// The answer to `--help` with the name of an option, ending with a line feed; empty for a name that is none.
  public func helpText(on name: String, width: Int = 80) -> String {
    guard let option = options.first(where: { $0.names.contains(name) }) else { return "" }
    let width = min(max(width, 40), 100)
    var lines = TerminalText.wrapped(option.label, width: width, hangingIndent: 4)
    for text in [
      option.help + option.notes(defaults: defaults), option.details, option.value.map { "Takes \($0.allowed)." },
    ] {
      guard let text else { continue }
      lines += TerminalText.wrapped(
        text.replacing("TOOL", with: self.name), width: width, indent: 4, hangingIndent: 4)
    }
    return lines.map { $0 + "\n" }.joined()
  }

  /// Headings in the order of their first use in the table.
  var groups: [String] {
    options.map(\.group).reduce(into: []) { groups, group in
      if !groups.contains(group) { groups.append(group) }
    }
  }

  /// Returns the column of the help sentences: beside the options on a wide page, below them on a narrow one.
  private func helpColumn(width: Int) -> Int {
    guard width >= 60 else { return 6 }
    let longest = options.map { TerminalText.columnCount($0.label) }.max() ?? 0
    return min(longest + 4, width * 3 / 8)
  }

  private func row(_ label: String, help: String, column: Int, width: Int) -> [String] {
    var label = TerminalText.wrapped(label, width: width, indent: 2, hangingIndent: 6)
    var help = TerminalText.wrapped(help, width: width, indent: column, hangingIndent: column)
    let labelWidth = label.last.map(TerminalText.columnCount) ?? 0
    if labelWidth + 2 <= column, let last = label.popLast(), !help.isEmpty {
      // The indent is spaces, one column each, so its replacement keeps the width of the line.
      help[0] = last + help[0].dropFirst(labelWidth)
    }
    return label + help
  }
}

extension OptionDefinition {
  /// The names and the value, such as `--hidden, --rnn-size N`.
  var label: String {
    names.joined(separator: ", ") + (value.map { " " + $0.name } ?? "")
  }

  /// Returns the choices and the default, such as ` (lstm, gru, rnn; default: lstm)`.
  func notes(defaults: Values) -> String {
    var notes = value.map(\.choices) ?? []
    notes = notes.isEmpty ? [] : [notes.joined(separator: ", ")]
    if let text = defaultText(defaults) {
      notes.append("default:\(TerminalText.noBreakSpace)" + TerminalText.escaped(text))
    }
    return notes.isEmpty ? "" : " (" + notes.joined(separator: "; ") + ")"
  }
}
