/// The effect of an option.
enum OptionEffect: Sendable {
  case set, showHelp, showVersion, showManual, showCompletions
}

/// An option of a tool, as used by parsing, help, completions and the manual page.
public struct OptionDefinition<Values>: Sendable {
  /// The names with their dashes, the primary name first: `--hidden`, `--rnn-size`, `-n`.
  public let names: [String]
  /// The syntax of the value; nil for a flag.
  public let value: ValueSyntax?
  /// The heading under which help lists the option.
  public let group: String
  /// A short phrase, without a period.
  public let help: String
  /// A longer explanation, if one is needed.
  public let details: String?
  /// Other options needed for the option to have an effect, such as `--connection leaky`; nil if none.
  public let requirement: String?
  /// The default that help shows for an open option, whose default depends on the text, the machine or other options;
  /// nil for an option with a fixed default.
  private(set) var absentMeans: String?
  let effect: OptionEffect
  /// Whether a text is an allowed value; for a flag, only the empty text is.
  let accepts: @Sendable (String) -> Bool
  /// Sets the value of an accepted text. A property may reject a value that contradicts others.
  let set: @Sendable (inout Values, String) -> Void
  /// Whether the values hold the value of an accepted text.
  let isHeld: @Sendable (String, Values) -> Bool
  /// The value as it would be typed: empty for a flag that is set, nil if nothing is set.
  let valueText: @Sendable (Values) -> String?
  /// The default that help shows for an option that is not open.
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

  /// The same option with the fixed default from the values of the command.
  public var withFixedDefault: Self {
    var option = self
    option.absentMeans = nil
    return option
  }

  /// Returns the default that help shows.
  func defaultText(_ defaults: Values) -> String? { absentMeans ?? describe(defaults) }

  /// Returns the arguments for the value in `values`: none, the name of a flag, or a name and a text.
  public func arguments(for values: Values) -> [String] {
    guard let text = valueText(values) else { return [] }
    return value == nil ? [names[0]] : [names[0], text]
  }

  /// Returns the same option for values that contain the values of this option.
  public func within<Whole>(_ keyPath: WritableKeyPath<Whole, Values> & Sendable) -> OptionDefinition<Whole> {
    OptionDefinition<Whole>(
      names: names, value: value, group: group, help: help, details: details, requirement: requirement,
      absentMeans: absentMeans, effect: effect, accepts: accepts, set: { set(&$0[keyPath: keyPath], $1) },
      isHeld: { isHeld($0, $1[keyPath: keyPath]) }, valueText: { valueText($0[keyPath: keyPath]) },
      describe: { describe($0[keyPath: keyPath]) })
  }
}

extension Array {
  /// Returns the same options for values that contain the values of these options.
  public func within<Whole, Part>(
    _ keyPath: WritableKeyPath<Whole, Part> & Sendable
  ) -> [OptionDefinition<Whole>] where Element == OptionDefinition<Part> {
    map { $0.within(keyPath) }
  }

  /// Returns the options with these primary names, in the order of the table.
  public func named<Values>(_ names: String...) -> Self where Element == OptionDefinition<Values> {
    filter { names.contains($0.names[0]) }
  }

  /// Returns all options except those with these primary names.
  public func except<Values>(_ names: String...) -> Self where Element == OptionDefinition<Values> {
    filter { !names.contains($0.names[0]) }
  }

  /// Returns the arguments for values: each decided open option, and each other option that differs from its default.
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
