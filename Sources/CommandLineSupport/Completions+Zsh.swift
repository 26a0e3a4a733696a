extension CommandDefinition {
  var zshCompletions: String {
    let specifications = options.map { option in
      // With the equals sign, a value may also be attached; a one-letter name and its value are always two words.
      let names = option.names.map { option.value != nil && $0.hasPrefix("--") ? $0 + "=" : $0 }
      var specification = names.count > 1 ? "'(\(option.names.joined(separator: " ")))'" : ""
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
    let operand = operandChoices.isEmpty ? "file:_files" : "operand:(\(operandChoices.joined(separator: " ")))"
    return """
      #compdef \(name)
      # Completions of \(name) for zsh.
      \(completionFunction)() {
        _arguments -S \\
          \((specifications + ["'*:\(operand)'"]).joined(separator: " \\\n    "))
      }
      if [ "$funcstack[1]" = \(completionFunction) ]; then
        \(completionFunction) "$@"
      else
        compdef \(completionFunction) \(name)
      fi

      """
  }

  /// Returns text escaped for a part of a specification in single quotes.
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
}
