extension CommandDefinition {
  var fishCompletions: String {
    let lines = options.map { option in
      var words = ["complete", "-c", name]
      for name in option.names {
        words += name.hasPrefix("--") ? ["-l", String(name.dropFirst(2))] : ["-s", String(name.dropFirst())]
      }
      if let value = option.value {
        if !value.choices.isEmpty {
          words += ["-x", "-k", "-a", quoted(value.choices.joined(separator: " "))]
        } else {
          words += value.isPath ? ["-r", "-F"] : ["-x"]
        }
      }
      return (words + ["-d", quoted(option.help)]).joined(separator: " ")
    }
    let operands =
      operandChoices.isEmpty
      ? [] : ["complete -c \(name) -f -k -a \(quoted(operandChoices.joined(separator: " ")))"]
    return (["# Completions of \(name) for fish."] + operands + lines).map { $0 + "\n" }.joined()
  }

  private func quoted(_ text: String) -> String {
    "'" + text.replacing("\\", with: "\\\\").replacing("'", with: "\\'") + "'"
  }
}
