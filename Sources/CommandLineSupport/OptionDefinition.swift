/// One option of a tool: all that parsing, help, completions and the manual page know about it.
public struct OptionDefinition<Values>: Sendable {
  enum Effect: Sendable {
    /// The text is empty for a flag. Gives false, and changes nothing, for a text that is not allowed.
    case set(@Sendable (inout Values, String) -> Bool)
    case showHelp
    case showVersion
    case showManual
    /// Of the shell that the value names.
    case showCompletions
  }

  /// The primary name first, with their dashes: `--hidden`, `--rnn-size`, `-n`.
  public let names: [String]
  /// Nil for a flag.
  public let value: ValueSyntax?
  /// The heading under which help lists the option.
  public let group: String
  /// A short phrase, without a period.
  public let help: String
  /// A longer explanation, where one is needed.
  public let details: String?
  let effect: Effect
  /// What help shows as the default.
  let defaultText: @Sendable (Values) -> String?
  /// The value as it would be typed: empty for a flag that is set, nil where nothing is.
  private let valueText: @Sendable (Values) -> String?

  /// An option followed by a value.
  ///
  /// - Parameter valueName: the placeholder in help; nil takes the format's own.
  public init<Value>(
    _ name: String,
    _ aliases: String...,
    valueName: String? = nil,
    sets keyPath: WritableKeyPath<Values, Value> & Sendable,
    as format: ValueFormat<Value>,
    group: String,
    help: String,
    details: String? = nil
  ) {
    self.init(
      names: [name] + aliases, valueName: valueName, keyPath: keyPath, format: format, typed: format.describe,
      group: group, help: help, details: details)
  }

  /// An option followed by a value, for a property that is nil unless the option is given.
  ///
  /// - Parameter absentMeans: what help shows as the default when the property is nil.
  public init<Value>(
    _ name: String,
    _ aliases: String...,
    valueName: String? = nil,
    sets keyPath: WritableKeyPath<Values, Value?> & Sendable,
    as format: ValueFormat<Value>,
    absentMeans: String? = nil,
    group: String,
    help: String,
    details: String? = nil
  ) {
    let optionalFormat = ValueFormat<Value?>(
      format.syntax,
      parse: { format.parse($0).map(Optional.some) },
      describe: { $0.map(format.describe) ?? absentMeans }
    )
    self.init(
      names: [name] + aliases, valueName: valueName, keyPath: keyPath, format: optionalFormat,
      typed: { $0.flatMap(format.describe) }, group: group, help: help, details: details)
  }

  /// A flag, which takes no value.
  public init(
    _ name: String,
    _ aliases: String...,
    sets keyPath: WritableKeyPath<Values, Bool> & Sendable,
    to value: Bool = true,
    group: String,
    help: String,
    details: String? = nil
  ) {
    self.init(
      names: [name] + aliases,
      group: group,
      help: help,
      details: details,
      effect: .set { values, _ in
        values[keyPath: keyPath] = value
        return true
      },
      valueText: { $0[keyPath: keyPath] == value ? "" : nil }
    )
  }

  /// What every tool has.
  static var general: [Self] {
    let group = "General"
    let shell: ValueFormat<Shell> = .choice
    return [
      Self(
        names: ["--help", "-h"], group: group, help: "show this help and exit; --help OPTION tells more of one option",
        effect: .showHelp),
      Self(names: ["--version"], group: group, help: "show the version and exit", effect: .showVersion),
      Self(
        names: ["--completions"], value: shell.syntax, group: group, help: "print completions for a shell and exit",
        details: "In bash: source <(TOOL --completions bash); in zsh, after compinit, the same with zsh; in fish: "
          + "TOOL --completions fish | source. Written into the shell's start file, they are there always.",
        effect: .showCompletions),
      Self(
        names: ["--manual"], group: group, help: "print the manual page and exit",
        details: "TOOL --manual | man -l - shows it.", effect: .showManual),
    ]
  }

  private init<Value>(
    names: [String],
    valueName: String?,
    keyPath: WritableKeyPath<Values, Value> & Sendable,
    format: ValueFormat<Value>,
    typed: @escaping @Sendable (Value) -> String?,
    group: String,
    help: String,
    details: String?
  ) {
    var syntax = format.syntax
    syntax.name = valueName ?? syntax.name
    self.init(
      names: names,
      value: syntax,
      group: group,
      help: help,
      details: details,
      effect: .set { values, text in
        guard let value = format.parse(text) else { return false }
        values[keyPath: keyPath] = value
        return true
      },
      defaultText: { format.describe($0[keyPath: keyPath]) },
      valueText: { typed($0[keyPath: keyPath]) }
    )
  }

  private init(
    names: [String],
    value: ValueSyntax? = nil,
    group: String,
    help: String,
    details: String? = nil,
    effect: Effect,
    defaultText: @escaping @Sendable (Values) -> String? = { _ in nil },
    valueText: @escaping @Sendable (Values) -> String? = { _ in nil }
  ) {
    self.names = names
    self.value = value
    self.group = group
    self.help = help
    self.details = details
    self.effect = effect
    self.defaultText = defaultText
    self.valueText = valueText
  }

  /// What to type for the value that `values` has: nothing, the name of a flag, or a name and a text.
  public func arguments(for values: Values) -> [String] {
    guard let text = valueText(values) else { return [] }
    return value == nil ? [names[0]] : [names[0], text]
  }
}
