extension CommandDefinition {
  /// For every bash from 3.2 on, which macOS has.
  var bashCompletions: String {
    var cases: [String] = []
    for option in options {
      guard let value = option.value else { continue }
      let action =
        if !value.choices.isEmpty {
          "COMPREPLY=($(compgen -W '\(value.choices.joined(separator: " "))' -- \"$current\"))"
        } else if value.isPath {
          "IFS=$'\\n'; COMPREPLY=($(compgen -f -- \"$current\"))"
        } else {
          ":"
        }
      cases.append("    \(option.names.joined(separator: "|"))) \(action); return ;;")
    }
    let names = options.flatMap(\.names).joined(separator: " ")
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
            IFS=$'\\n'
            COMPREPLY=($(compgen -f -- "$current"))
            return
          fi
        done
        case $previous in
      \(cases.joined(separator: "\n"))
        esac
        case $current in
          -*) COMPREPLY=($(compgen -W '\(names)' -- "$current")) ;;
          *) IFS=$'\\n'; COMPREPLY=($(compgen -f -- "$current")) ;;
        esac
      }
      complete -o filenames -F \(completionFunction) \(name)

      """
  }
}
