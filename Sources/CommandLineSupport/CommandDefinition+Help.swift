extension CommandDefinition {
  /// Returns the text of `--help`, ending with a line feed.
  ///
  /// - Parameter width: columns to fit the text into; clamped to 40...100.
  public func helpText(width: Int = 80) -> String {
    let width = min(max(width, 40), 100)
    let usage = "Usage: \(name) [options]" + (operands.isEmpty ? "" : " \(operands)")
    var lines = TerminalText.wrapped(usage, width: width, hangingIndent: 2)
    lines += [""] + TerminalText.wrapped(summary, width: width)

    let column = helpColumn(width: width)
    for group in groups {
      lines += ["", group]
      lines += options.filter { $0.group == group }.flatMap { rows(for: $0, column: column, width: width) }
    }
    if !examples.isEmpty {
      lines += ["", "Examples"]
      lines += examples.flatMap { ShellCommand.wrapped($0, width: width, indent: 2, hangingIndent: 6) }
    }
    return lines.map { $0 + "\n" }.joined()
  }

  /// Returns the text of `--help` with the name of an option, ending with a line feed; empty if there is no such
  /// option.
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

  private func rows(for option: OptionDefinition<Values>, column: Int, width: Int) -> [String] {
    var label = TerminalText.wrapped(option.label, width: width, indent: 2, hangingIndent: 6)
    var help = TerminalText.wrapped(
      option.help + option.notes(defaults: defaults), width: width, indent: column, hangingIndent: column)
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
