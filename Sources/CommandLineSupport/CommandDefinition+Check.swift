extension CommandDefinition {
  /// Returns values with the given options set, in the order of the table: a later option may depend on an earlier one.
  public func applying(_ given: GivenOptions, to values: Values) -> Values {
    var values = values
    for option in options {
      for text in given.texts[option.names[0]] ?? [] { option.set(&values, text) }
    }
    return values
  }

  /// Checks that the given options contradict no other value.
  ///
  /// - Parameter values: Values to which the options have been applied.
  /// - Throws: `UsageError.conflict` if the values do not hold the value of a given option.
  public func check(_ given: GivenOptions, in values: Values) throws(UsageError) {
    if let option = options.first(where: { $0.isGivenInVain(given, in: values) }) {
      throw .conflict(sentence(about: option, given, in: values))
    }
  }

  /// Explains why an option that is given cannot have its value.
  private func sentence(
    about option: OptionDefinition<Values>, _ given: GivenOptions, in values: Values
  ) -> String {
    let name = option.names[0]
    guard let requirement = option.unmetRequirement(in: values) ?? option.requirement else {
      return "\(name) has no effect here; leave it out"
    }
    let owner = String(requirement.prefix { $0 != " " })
    guard owner.hasPrefix("--") else { return "\(name) is for \(requirement); leave it out" }
    guard let text = given.texts[owner]?.last else { return "\(name) is for \(requirement); give that, too" }
    return "\(name) is for \(requirement), not for \(owner) \(text)"
  }
}

extension OptionDefinition {
  /// Whether the option is given but the values do not hold its value, although it has been applied.
  public func isGivenInVain(_ given: GivenOptions, in values: Values) -> Bool {
    given.texts[names[0]]?.contains { !isHeld($0, values) } ?? false
  }

  /// The first condition that the values do not meet.
  fileprivate func unmetRequirement(in values: Values) -> String? { requirements.first { !$0.isMet(values) }?.text }

  /// Returns the option as it was typed, or nil if it was not.
  public func arguments(in given: GivenOptions) -> [String]? {
    given.texts[names[0]].map { $0.flatMap { value == nil ? [names[0]] : [names[0], $0] } }
  }
}

extension Array {
  /// Returns a sentence about each option that is given but has no effect with the values.
  ///
  /// - Parameter values: Values to which the options have been applied, with all that was chosen automatically.
  public func notices<Values>(
    about given: GivenOptions, in values: Values
  ) -> [String] where Element == OptionDefinition<Values> {
    compactMap { option in
      guard let typed = option.arguments(in: given), let requirement = option.unmetRequirement(in: values) else {
        return nil
      }
      return "\(typed.joined(separator: " ")) has no effect: it is for \(requirement)"
    }
  }
}
