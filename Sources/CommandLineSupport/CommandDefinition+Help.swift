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

    let column = helpColumn(options.map(\.label), width: width)
    lines += list(of: commands, column: column, width: width)
    for group in groups {
      lines += ["", group]
      lines += options.filter { $0.group == group }.flatMap { option in
        row(option.label, help: option.help + option.notes(defaults: defaults), column: column, width: width)
      }
    }
    lines += list(ofExamples: examples, width: width)
    return lines.map { $0 + "\n" }.joined()
  }

  /// Returns the text of `-h`, ending with a line feed: the common options and three examples, which fill one screen
  /// of 80 × 24.
  ///
  /// - Parameters:
  ///   - width: Columns to fit the text into; taken as 40 when less, and as 100 when more.
  ///   - commands: The commands of a tool that has some, which the operands then name.
  public func shortHelpText(width: Int = 80, commands: [(name: String, help: String)] = []) -> String {
    let width = min(max(width, 40), 100)
    var lines = TerminalText.wrapped("Usage: \(name) \(arguments)", width: width, hangingIndent: 2)
    lines += TerminalText.wrapped(summary.firstSentence, width: width)
    let own = options.filter { option in !OptionDefinition<Values>.general.contains { $0.names == option.names } }
    let common = commonOptions.isEmpty ? own : commonOptions.flatMap { name in own.filter { $0.names[0] == name } }
    let column = helpColumn(common.map(\.shortLabel), width: width)
    lines += list(of: commands, column: width * 3 / 8, width: width) + (common.isEmpty ? [] : [""])
    lines += common.flatMap { option in
      row(
        option.shortLabel, help: option.help(defaults: defaults, fitting: width - column), column: column, width: width)
    }
    lines += list(ofExamples: examples.prefix(3), width: width)
    let more =
      commands.isEmpty
      ? "\(name) --help lists all options; --help OPTION explains one."
      : "\(name) COMMAND -h shows the options of a command."
    lines += [""] + TerminalText.wrapped(more, width: width)
    return lines.map { $0 + "\n" }.joined()
  }

  private func list(of commands: [(name: String, help: String)], column: Int, width: Int) -> [String] {
    guard !commands.isEmpty else { return [] }
    let column = min(column, (commands.map(\.name.count).max() ?? 0) + 4)
    return ["", "Commands"] + commands.flatMap { row($0.name, help: $0.help, column: column, width: width) }
  }

  private func list(ofExamples examples: some Collection<String>, width: Int) -> [String] {
    guard !examples.isEmpty else { return [] }
    return ["", "Examples"] + examples.flatMap { ShellCommand.wrapped($0, width: width, indent: 2, hangingIndent: 6) }
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

  /// Headings in the order of their first use in the table, the late ones and that of the general options at the end.
  var groups: [String] {
    let used = options.map(\.group).reduce(into: [String]()) { groups, group in
      if !groups.contains(group) { groups.append(group) }
    }
    let last = lateGroups + OptionDefinition<Values>.general.prefix(1).map(\.group)
    return used.filter { !last.contains($0) } + last.filter(used.contains)
  }

  /// Returns the column of the help sentences: beside the options on a wide page, below them on a narrow one.
  private func helpColumn(_ labels: [String], width: Int) -> Int {
    guard width >= 60 else { return 6 }
    let longest = labels.map(TerminalText.columnCount).max() ?? 0
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
  var label: String { label(names) }

  /// The primary name, the name of one letter if there is one, and the value.
  var shortLabel: String { label([names[0]] + names.dropFirst().filter { $0.utf8.count == 2 }) }

  private func label(_ names: [String]) -> String {
    names.joined(separator: ", ") + (value.map { " " + $0.name } ?? "")
  }

  /// Returns the help with as much of the notes as fits into one line.
  fileprivate func help(defaults: Values, fitting width: Int) -> String {
    let choices = value.map(\.choices) ?? []
    return [notes(defaults: defaults), choices.isEmpty ? "" : " (" + choices.joined(separator: ", ") + ")"]
      .map { help + $0 }.first { TerminalText.columnCount($0) <= width } ?? help
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

extension String {
  /// The text up to the end of its first sentence.
  fileprivate var firstSentence: String {
    firstRange(of: ". ").map { String(self[..<$0.lowerBound]) + "." } ?? self
  }
}
