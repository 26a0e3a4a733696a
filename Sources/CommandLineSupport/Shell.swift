/// A shell that can complete the options of a tool.
public enum Shell: String, CaseIterable, Sendable {
  case bash, zsh, fish
}

extension CommandDefinition {
  /// Returns a script that completes the options, their choices, and files for the options that take one.
  public func completions(for shell: Shell) -> String {
    switch shell {
    case .bash: bashCompletions
    case .zsh: zshCompletions
    case .fish: fishCompletions
    }
  }

  /// The name of the shell function.
  var completionFunction: String { "_" + String(name.map { $0 == "-" || $0 == " " ? "_" : $0 }) }
}
