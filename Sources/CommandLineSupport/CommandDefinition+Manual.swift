extension CommandDefinition {
  /// A manual page in roff, as displayed by `man -l`.
  public var manualPage: String {
    manualPage(sections: [".SH OPTIONS"] + manualOptions(ofGroups: groups), examples: examples)
  }

  /// - Parameter sections: Lines that follow the description.
  func manualPage(sections: [String], examples: [String]) -> String {
    // As with git, the page of a command has its name in one word.
    let title = roff(name.replacing(" ", with: "-"))
    var lines = [
      ".TH \(title.uppercased()) 1 \"\" \"\(title) \(version)\" \"\"", ".SH NAME",
      "\(title) \\- \(roff(summaryPhrase))", ".SH SYNOPSIS",
    ]
    lines += synopsis + [".SH DESCRIPTION", roffLine(summary)] + sections
    if !examples.isEmpty { lines += [".SH EXAMPLES", ".nf"] + examples.map(roffLine) + [".fi"] }
    lines.append(".SH EXIT STATUS")
    for status in ExitStatus.allCases {
      lines += [".TP", String(status.rawValue), roffLine(status.meaning)]
    }
    return lines.map { $0 + "\n" }.joined()
  }

  var manualSection: [String] {
    let own = groups.filter { $0 != options.last?.group }
    return synopsis + [".PP", roffLine(summary)] + manualOptions(ofGroups: own)
  }

  func manualOptions(ofGroups groups: [String]) -> [String] {
    groups.flatMap { group in
      [".SS \(roff(group))"] + options.filter { $0.group == group }.flatMap(manualEntry)
    }
  }

  private var synopsis: [String] { [".B \(roff(name))", roff(arguments)] }

  private func manualEntry(of option: OptionDefinition<Values>) -> [String] {
    let names = option.names.map { "\\fB\(roff($0))\\fR" }.joined(separator: ", ")
    var lines = [".TP", names + (option.value.map { " \\fI\(roff($0.name))\\fR" } ?? "")]
    lines.append(roffLine(option.help + option.notes(defaults: defaults)))
    if let details = option.details { lines += [".br", roffLine(details.replacing("TOOL", with: name))] }
    return lines
  }
}

/// The text as one roff line, with a dot or an apostrophe at its start escaped so that it is no request.
private func roffLine(_ text: String) -> String {
  let text = roff(text)
  return text.hasPrefix(".") || text.hasPrefix("'") ? "\\&" + text : text
}

func roff(_ text: String) -> String {
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
