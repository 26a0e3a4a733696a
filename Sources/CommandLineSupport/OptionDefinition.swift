/// The effect of an option.
enum OptionEffect: Sendable {
  case set, showHelp, showVersion, showManual, showCompletions
}

/// A condition under which an option has an effect.
struct OptionRequirement<Values>: Sendable {
  /// Completes the sentence "it is for …".
  let text: String
  let isMet: @Sendable (Values) -> Bool
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
  /// Conditions under which the option has an effect.
  private(set) var requirements: [OptionRequirement<Values>]
  /// The default that help shows for an open option, whose default depends on the text, the machine or other options;
  /// nil for an option with a fixed default.
  private(set) var absentMeans: String?
  let effect: OptionEffect
  /// Whether each use of the option adds a value, instead of replacing the one before.
  let isRepeatable: Bool
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
    requirements: [OptionRequirement<Values>] = [], absentMeans: String? = nil, effect: OptionEffect = .set,
    isRepeatable: Bool = false,
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
    self.requirements = requirements
    self.absentMeans = absentMeans
    self.effect = effect
    self.isRepeatable = isRepeatable
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

  /// Other options needed for the option to have an effect, such as `--connection leaky`; nil if none.
  public var requirement: String? { requirements.first?.text }

  /// Returns the same option with one more condition under which it has an effect.
  ///
  /// - Parameter text: Completes the sentence "it is for …", such as `--optimizer sgd`.
  public func requiring(_ text: String, if isMet: @escaping @Sendable (Values) -> Bool) -> Self {
    var option = self
    option.requirements.append(OptionRequirement(text: text, isMet: isMet))
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
      names: names, value: value, group: group, help: help, details: details,
      requirements: requirements.map { requirement in
        OptionRequirement(text: requirement.text) { requirement.isMet($0[keyPath: keyPath]) }
      },
      absentMeans: absentMeans, effect: effect, isRepeatable: isRepeatable, accepts: accepts,
      set: { set(&$0[keyPath: keyPath], $1) },
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

  /// Returns the same options, those with these primary names with one more condition; all if no name is given.
  public func requiring<Values>(
    _ text: String, of names: String..., if isMet: @escaping @Sendable (Values) -> Bool
  ) -> Self where Element == OptionDefinition<Values> {
    map { names.isEmpty || names.contains($0.names[0]) ? $0.requiring(text, if: isMet) : $0 }
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
