extension CommandDefinition {
  var fishCompletions: String {
    (["# Completions of \(name) for fish."] + fishLines(program: name, condition: nil)).map { $0 + "\n" }.joined()
  }

  func fishLines(program: String, condition: String?) -> [String] {
    let start = ["complete", "-c", program] + (condition.map { ["-n", quoted($0)] } ?? [])
    let lines = options.map { option in
      var words = start
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
      ? [] : [(start + ["-f", "-k", "-a", quoted(operandChoices.joined(separator: " "))]).joined(separator: " ")]
    return operands + lines
  }
}

extension ToolDefinition {
  var fishCompletions: String {
    let descriptions = commands.map { command in
      "complete -c \(name) -n __fish_use_subcommand -f -a \(command.name) "
        + "-d \(quoted(command.description.summaryPhrase))"
    }
    let options = commands.flatMap { command in
      command.description.fishLines(program: name, condition: "__fish_seen_subcommand_from \(command.name)")
    }
    // Descriptions say more than the bare list of names.
    let general = root.fishLines(program: name, condition: "__fish_use_subcommand").dropFirst()
    return (["# Completions of \(name) for fish."] + descriptions + general + options).map { $0 + "\n" }.joined()
  }
}

private func quoted(_ text: String) -> String {
  "'" + text.replacing("\\", with: "\\\\").replacing("'", with: "\\'") + "'"
}
