extension CommandDefinition {
  /// Completions for bash 3.2 and later; macOS has 3.2.
  var bashCompletions: String {
    let cases = options.compactMap { option in
      option.value.map { value in
        let action = value.choices.isEmpty && !value.isPath ? ":" : bashReply(from: value.choices)
        return "    \(option.names.joined(separator: "|"))) \(action); return ;;"
      }
    }
    let operand = bashReply(from: operandChoices)
    return """
      # Completions of \(name) for bash.
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
      complete -o filenames -F \(completionFunction) \(name)

      """
  }

  /// Returns code that offers the words that begin with the typed text, or files if there are no words.
  private func bashReply(from words: [String]) -> String {
    words.isEmpty
      ? #"IFS=$'\n'; COMPREPLY=($(compgen -f -- "$current"))"#
      : #"COMPREPLY=($(compgen -W '\#(words.joined(separator: " "))' -- "$current"))"#
  }
}
