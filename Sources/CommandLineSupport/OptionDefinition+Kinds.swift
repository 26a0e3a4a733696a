extension OptionDefinition {
  /// Creates an option followed by a value.
  ///
  /// - Parameters:
  ///   - valueName: the placeholder in help; nil takes the format's own.
  ///   - absentMeans: the default that help shows for an open option; nil for an option with a fixed default.
  ///   - requirement: other options needed for the option to have an effect, such as `--connection leaky`.
  public init<Value>(
    _ name: String, _ aliases: String..., valueName: String? = nil,
    sets keyPath: WritableKeyPath<Values, Value> & Sendable, as format: ValueFormat<Value>,
    absentMeans: String? = nil, requires requirement: String? = nil, group: String, help: String,
    details: String? = nil
  ) {
    self.init(
      names: [name] + aliases, valueName: valueName, keyPath: keyPath, syntax: format.syntax, parse: format.parse,
      typed: format.describe, absentMeans: absentMeans, requirement: requirement, group: group, help: help,
      details: details)
  }

  /// Creates an option followed by a value, for a property that may be nil if the option is not given.
  public init<Value>(
    _ name: String, _ aliases: String..., valueName: String? = nil,
    sets keyPath: WritableKeyPath<Values, Value?> & Sendable, as format: ValueFormat<Value>,
    absentMeans: String? = nil, requires requirement: String? = nil, group: String, help: String,
    details: String? = nil
  ) {
    self.init(
      names: [name] + aliases, valueName: valueName, keyPath: keyPath, syntax: format.syntax,
      parse: { format.parse($0).map(Optional.some) }, typed: { $0.flatMap(format.describe) }, absentMeans: absentMeans,
      requirement: requirement, group: group, help: help, details: details)
  }

  /// Creates an option that can be given several times, each time followed by a value.
  public init<Value>(
    _ name: String, _ aliases: String..., valueName: String? = nil,
    appendsTo keyPath: WritableKeyPath<Values, [Value]> & Sendable, as format: ValueFormat<Value>, group: String,
    help: String, details: String? = nil
  ) {
    var syntax = format.syntax
    syntax.name = valueName ?? syntax.name
    self.init(
      names: [name] + aliases, value: syntax, group: group, help: help, details: details, isRepeatable: true,
      accepts: { format.parse($0) != nil },
      set: { values, text in if let value = format.parse(text) { values[keyPath: keyPath].append(value) } },
      isHeld: { text, values in
        values[keyPath: keyPath].contains { format.describe($0) == format.parse(text).flatMap(format.describe) }
      })
  }

  /// Creates a flag, which takes no value.
  public init(
    _ name: String, _ aliases: String..., sets keyPath: WritableKeyPath<Values, Bool> & Sendable,
    to value: Bool = true, requires requirement: String? = nil, group: String, help: String, details: String? = nil
  ) {
    self.init(
      names: [name] + aliases, group: group, help: help, details: details, requirements: .held(requirement),
      set: { values, _ in values[keyPath: keyPath] = value },
      isHeld: { _, values in values[keyPath: keyPath] == value },
      valueText: { $0[keyPath: keyPath] == value ? "" : nil })
  }

  private init<Value>(
    names: [String], valueName: String?, keyPath: WritableKeyPath<Values, Value> & Sendable, syntax: ValueSyntax,
    parse: @escaping @Sendable (String) -> Value?, typed: @escaping @Sendable (Value) -> String?, absentMeans: String?,
    requirement: String?, group: String, help: String, details: String?
  ) {
    var syntax = syntax
    syntax.name = valueName ?? syntax.name
    self.init(
      names: names, value: syntax, group: group, help: help, details: details,
      requirements: .held(requirement), absentMeans: absentMeans, accepts: { parse($0) != nil },
      set: { values, text in if let value = parse(text) { values[keyPath: keyPath] = value } },
      // Compared as they would be typed: 2e-3 is 0.002.
      isHeld: { text, values in parse(text).flatMap(typed) == typed(values[keyPath: keyPath]) },
      valueText: { typed($0[keyPath: keyPath]) }, describe: { typed($0[keyPath: keyPath]) })
  }

  /// Options of every tool.
  static var general: [Self] {
    let group = "General"
    let shell: ValueFormat<Shell> = .choice
    return [
      Self(
        names: ["--help", "-h"], group: group,
        help: "list all options, with -h the most common ones; --help OPTION explains one",
        effect: .showHelp),
      Self(names: ["--version"], group: group, help: "show the version and exit", effect: .showVersion),
      Self(
        names: ["--completions"], value: shell.syntax, group: group, help: "print completions for a shell and exit",
        // Not `source <(…)`, which does nothing in the bash 3.2 of macOS.
        details: "In bash: eval \"$(TOOL --completions bash)\"; in zsh, after compinit, the same with zsh; in fish: "
          + "TOOL --completions fish | source. Add that line to the shell's start file to keep them.",
        effect: .showCompletions, accepts: { shell.parse($0) != nil }),
      Self(
        names: ["--manual"], group: group, help: "print the manual page and exit",
        details: "TOOL --manual | man -l - shows it.", effect: .showManual),
    ]
  }
}

extension Array {
  /// A condition without which the values do not hold the value of an option, so that they need no test.
  fileprivate static func held<Values>(_ text: String?) -> Self where Element == OptionRequirement<Values> {
    text.map { [OptionRequirement(text: $0) { _ in true }] } ?? []
  }
}
