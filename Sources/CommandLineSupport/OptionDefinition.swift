/// What an option asks for.
enum OptionEffect: Sendable {
  case set, showHelp, showVersion, showManual, showCompletions
}

/// One option of a tool: all that parsing, help, completions and the manual page know about it.
public struct OptionDefinition<Values>: Sendable {
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
  /// What else must be given for the option to have an effect, such as `--connection leaky`; nil if nothing.
  public let requirement: String?
  /// What help shows as the default of an open option, whose default depends on the text, the machine or other
  /// options; nil for an option with a fixed default.
  private(set) var absentMeans: String?
  let effect: OptionEffect
  /// Whether the text is an allowed value; false for any text but the empty one for a flag.
  let accepts: @Sendable (String) -> Bool
  /// Sets the value of an accepted text. A property may refuse a value that others contradict.
  let set: @Sendable (inout Values, String) -> Void
  /// Whether the values hold the value of an accepted text.
  let isHeld: @Sendable (String, Values) -> Bool
  /// The value as it would be typed: empty for a flag that is set, nil where nothing is.
  let valueText: @Sendable (Values) -> String?
  /// What help shows as the default of an option that is not open.
  private let describe: @Sendable (Values) -> String?

  init(
    names: [String], value: ValueSyntax? = nil, group: String, help: String, details: String? = nil,
    requirement: String? = nil, absentMeans: String? = nil, effect: OptionEffect = .set,
    accepts: @escaping @Sendable (String) -> Bool = { $0.isEmpty },
    set: @escaping @Sendable (inout Values, String) -> Void = { _, _ in },
    isHeld: @escaping @Sendable (String, Values) -> Bool = { _, _ in true },
    valueText: @escaping @Sendable (Values) -> String? = { _ in nil },
    describe: @escaping @Sendable (Values) -> String? = { _ in nil }
  ) {
    self.names = names
    self.value = value
    self.group = group
    self.help = help
    self.details = details
    self.requirement = requirement
    self.absentMeans = absentMeans
    self.effect = effect
    self.accepts = accepts
    self.set = set
    self.isHeld = isHeld
    self.valueText = valueText
    self.describe = describe
  }

  /// Whether the option has no fixed default.
  public var isOpen: Bool { absentMeans != nil }

  /// The same option with the fixed default that the command's values have.
  public var withFixedDefault: Self {
    var option = self
    option.absentMeans = nil
    return option
  }

  /// What help shows as the default.
  func defaultText(_ defaults: Values) -> String? { absentMeans ?? describe(defaults) }

  /// What to type for the value that `values` has: nothing, the name of a flag, or a name and a text.
  public func arguments(for values: Values) -> [String] {
    guard let text = valueText(values) else { return [] }
    return value == nil ? [names[0]] : [names[0], text]
  }

  /// The same option for values of which those of this option are a part.
  public func within<Whole>(_ keyPath: WritableKeyPath<Whole, Values> & Sendable) -> OptionDefinition<Whole> {
    OptionDefinition<Whole>(
      names: names, value: value, group: group, help: help, details: details, requirement: requirement,
      absentMeans: absentMeans, effect: effect, accepts: accepts, set: { set(&$0[keyPath: keyPath], $1) },
      isHeld: { isHeld($0, $1[keyPath: keyPath]) }, valueText: { valueText($0[keyPath: keyPath]) },
      describe: { describe($0[keyPath: keyPath]) })
  }
}

extension Array {
  /// The same options for values of which those of these options are a part.
  public func within<Whole, Part>(
    _ keyPath: WritableKeyPath<Whole, Part> & Sendable
  ) -> [OptionDefinition<Whole>] where Element == OptionDefinition<Part> {
    map { $0.within(keyPath) }
  }

  /// The options with these primary names, in the order of the table.
  public func named<Values>(_ names: String...) -> Self where Element == OptionDefinition<Values> {
    filter { names.contains($0.names[0]) }
  }

  /// All options but those with these primary names.
  public func except<Values>(_ names: String...) -> Self where Element == OptionDefinition<Values> {
    filter { !names.contains($0.names[0]) }
  }

  /// What to type for values: each open option that is decided, and each other option that differs from its default.
  ///
  /// - Parameter decided: The primary names of the open options that are given or chosen.
  public func arguments<Values>(
    for values: Values, defaults: Values, decided: Set<String>
  ) -> [String] where Element == OptionDefinition<Values> {
    flatMap { option in
      let own = option.arguments(for: values)
      let isListed = option.isOpen ? decided.contains(option.names[0]) : own != option.arguments(for: defaults)
      return isListed ? own : []
    }
  }
}
