extension CommandDefinition {
  /// Completions for bash 3.2 and later; macOS has 3.2.
  var bashCompletions: String {
    "# Completions of \(name) for bash.\n" + bashFunction
      + "complete -o filenames -F \(completionFunction) \(name)\n"
  }

  var bashFunction: String {
    let cases = options.compactMap { option in
      option.value.map { value in
        let action = value.choices.isEmpty && !value.isPath ? ":" : bashReply(from: value.choices)
        return "    \(option.names.joined(separator: "|"))) \(action); return ;;"
      }
    }
    let operand = bashReply(from: operandChoices)
    return """
      \(completionFunction)() {
        local IFS=$' \\t\\n' current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]}
        # Bash takes --name=value for three words.
        if [ "$current" = = ]; then
          current=
        elif [ "$previous" = = ]; then
          previous=${COMP_WORDS[COMP_CWORD-2]}
        fi
        COMPREPLY=()
        local word
        for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
          if [ "$word" = -- ]; then
            \(operand)
            return
          fi
        done
        case $previous in
      \(cases.joined(separator: "\n"))
        esac
        case $current in
          -*) \(bashReply(from: options.flatMap(\.names))) ;;
          *) \(operand) ;;
        esac
      }

      """
  }
}

extension ToolDefinition {
  var bashCompletions: String {
    let words = commands.map(\.name) + root.options.flatMap(\.names)
    let cases = commands.map { "    \($0.name)) \($0.description.completionFunction) ;;" }
    return """
      # Completions of \(name) for bash.
      \(commands.map(\.description.bashFunction).joined())\(root.completionFunction)() {
        if [ "$COMP_CWORD" -gt 1 ]; then
          case ${COMP_WORDS[1]} in
      \(cases.joined(separator: "\n"))
            --completions) COMPREPLY=($(compgen -W 'bash zsh fish' -- "${COMP_WORDS[COMP_CWORD]}")) ;;
          esac
          return
        fi
        local current=${COMP_WORDS[COMP_CWORD]}
        \(bashReply(from: words))
      }
      complete -o filenames -F \(root.completionFunction) \(name)

      """
  }
}

/// Offers the words that begin with the word at the cursor, or files where there are none.
private func bashReply(from words: [String]) -> String {
  words.isEmpty
    ? #"IFS=$'\n'; COMPREPLY=($(compgen -f -- "$current"))"#
    : #"COMPREPLY=($(compgen -W '\#(words.joined(separator: " "))' -- "$current"))"#
}
