extension CommandDefinition {
  var zshCompletions: String {
    let specifications = options.map { option in
      var specification = option.names.count > 1 ? "'(\(option.names.joined(separator: " ")))'" : ""
      specification += option.names.count > 1 ? "{\(option.names.joined(separator: ","))}" : option.names[0]
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
    return """
      #compdef \(name)
      # Completions of \(name) for zsh.
      \(completionFunction)() {
        _arguments -s -S \\
          \((specifications + ["'*:file:_files'"]).joined(separator: " \\\n    "))
      }
      if [ "$funcstack[1]" = \(completionFunction) ]; then
        \(completionFunction) "$@"
      else
        compdef \(completionFunction) \(name)
      fi

      """
  }

  /// For a part of a specification in single quotes.
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
