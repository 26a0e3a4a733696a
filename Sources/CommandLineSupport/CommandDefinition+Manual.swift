extension CommandDefinition {
  /// A manual page in roff, as displayed by `man -l`.
  public var manualPage: String {
    var lines = [
      ".TH \(roff(name.uppercased())) 1 \"\" \"\(roff(name)) \(version)\" \"\"", ".SH NAME",
      "\(roff(name)) \\- \(roff(lowercasedSummary))", ".SH SYNOPSIS", ".B \(roff(name))",
      "[options]" + (operands.isEmpty ? "" : " \(roff(operands))"), ".SH DESCRIPTION", line(summary), ".SH OPTIONS",
    ]
    for group in groups {
      lines.append(".SS \(roff(group))")
      for option in options where option.group == group {
        let names = option.names.map { "\\fB\(roff($0))\\fR" }.joined(separator: ", ")
        lines += [".TP", names + (option.value.map { " \\fI\(roff($0.name))\\fR" } ?? "")]
        lines.append(line(option.help + option.notes(defaults: defaults)))
        if let details = option.details { lines += [".br", line(details.replacing("TOOL", with: name))] }
      }
    }
    if !examples.isEmpty {
      lines += [".SH EXAMPLES", ".nf"] + examples.map(line) + [".fi"]
    }
    lines.append(".SH EXIT STATUS")
    for status in ExitStatus.allCases {
      lines += [".TP", String(status.rawValue), line(status.meaning)]
    }
    return lines.map { $0 + "\n" }.joined()
  }

  private var lowercasedSummary: String {
    summary.prefix(1).lowercased() + summary.dropFirst().prefix { $0 != "." }
  }

  /// Returns text for the start of a line, where a dot or an apostrophe would be a request.
  private func line(_ text: String) -> String {
    let text = roff(text)
    return text.hasPrefix(".") || text.hasPrefix("'") ? "\\&" + text : text
  }

  private func roff(_ text: String) -> String {
    var result = ""
    for character in text {
      switch character {
      case "\\": result += "\\e"
      case "-": result += "\\-"
      case "\u{A0}": result += "\\ "
      case "\"": result += "\\(dq"
      case "'": result += "\\(aq"
      case "…": result += "..."
      default: result.append(character)
      }
    }
    return result
  }
}
