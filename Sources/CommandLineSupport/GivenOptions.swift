/// The options of a command line, each with the texts of its values: one, unless the option is repeatable.
public struct GivenOptions: Equatable, Sendable {
  /// Texts by primary option name, in the order of the command line; an empty one for a flag.
  var texts: [String: [String]] = [:]

  /// Creates an empty set of options.
  public init() {}

  /// The primary names of the options.
  public var names: Set<String> { Set(texts.keys) }

  /// Whether an option is given.
  ///
  /// - Parameter name: The primary name of the option.
  public func contains(_ name: String) -> Bool { texts[name] != nil }
}

/// Two options that cannot be given together.
public struct OptionExclusion: Sendable {
  let names: [String]
  let reason: String

  /// - Parameter reason: Completes the sentence "--a and --b …".
  public init(_ first: String, _ second: String, _ reason: String) {
    names = [first, second]
    self.reason = reason
  }

  var sentence: String { "\(names[0]) and \(names[1]) \(reason); give one of them" }
}
