extension CommandDefinition {
  var zshCompletions: String {
    "#compdef \(name)\n# Completions of \(name) for zsh.\n" + zshFunction + zshRegistration
  }

  /// A file that is read by `source` registers the function; one that zsh loads calls it.
  var zshRegistration: String {
    """
    if [ "$funcstack[1]" = \(completionFunction) ]; then
      \(completionFunction) "$@"
    else
      compdef \(completionFunction) \(name)
    fi

    """
  }

  var zshSpecifications: [String] {
    options.map { option in
      // With the sign, a value may follow it, too; one letter and its value are two words always.
      let names = option.names.map { option.value != nil && $0.hasPrefix("--") ? $0 + "=" : $0 }
      let exclusions = names.count > 1 ? "'(\(option.names.joined(separator: " ")))'" : ""
      var specification = option.isRepeatable ? "'*'" : exclusions
      specification += names.count > 1 ? "{\(names.joined(separator: ","))}" : names[0]
      specification += "'[\(escaped(option.help))]"
      if let value = option.value {
        specification += ":\(escaped(value.name)):"
        if !value.choices.isEmpty {
          specification += "(\(value.choices.joined(separator: " ")))"
        } else if value.isPath {
          specification += "_files"
        }
      }
      return specification + "'"
    }
  }

  var zshFunction: String {
    let operand = operandChoices.isEmpty ? "file:_files" : "operand:(\(operandChoices.joined(separator: " ")))"
    return """
      \(completionFunction)() {
        _arguments -S \\
          \((zshSpecifications + ["'*:\(operand)'"]).joined(separator: " \\\n    "))
      }

      """
  }
}

extension ToolDefinition {
  var zshCompletions: String {
    let names = commands.map { "'\($0.name):\(escaped($0.description.summaryPhrase))'" }
    let cases = commands.map { "      \($0.name)) \($0.description.completionFunction) ;;" }
    return """
      #compdef \(name)
      # Completions of \(name) for zsh.
      \(commands.map(\.description.zshFunction).joined())\(root.completionFunction)() {
        if (( CURRENT > 2 )) && [[ $words[2] != -* ]]; then
          local command=$words[2]
          shift words
          (( CURRENT-- ))
          case $command in
      \(cases.joined(separator: "\n"))
          esac
        elif [[ $words[CURRENT] == -* ]] || (( CURRENT > 2 )); then
          _arguments -S \\
            \(root.zshSpecifications.joined(separator: " \\\n      "))
        else
          local -a commands=(\(names.joined(separator: " ")))
          _describe command commands
        fi
      }

      """ + root.zshRegistration
  }
}

/// The text for a part of a specification in single quotes.
private func escaped(_ text: String) -> String {
  var result = ""
  for character in text {
    switch character {
    case "'": result += "'\\''"
    case "[", "]", ":", "\\": result += "\\\(character)"
    default: result.append(character)
    }
  }
  return result
}
