/// What a command line asks for.
public enum ParseOutcome<Values> {
  case run(Values, operands: [String])
  case help
  /// Of one option, by one of its names.
  case helpOn(String)
  case version
  case manual
  case completions(Shell)
}

extension ParseOutcome: Sendable where Values: Sendable {}
extension ParseOutcome: Equatable where Values: Equatable {}

extension CommandDefinition {
  /// Reads the arguments that follow the tool's name.
  ///
  /// The first `--help` or `--version` decides; of an option given twice, the last.
  ///
  /// - Parameter defaults: what holds where no option is given; nil for the command's own.
  public func parse(
    _ arguments: some Sequence<String>, defaults: Values? = nil
  ) throws(UsageError) -> ParseOutcome<Values> {
    let table = Dictionary(
      options.flatMap { option in option.names.map { ($0, option) } },
      uniquingKeysWith: { first, _ in first }
    )
    var values = defaults ?? self.defaults
    var operands: [String] = []
    var optionsEnded = false
    var remaining = arguments.makeIterator()

    while let argument = remaining.next() {
      guard !optionsEnded, argument != "-", argument.utf8.first == UInt8(ascii: "-") else {
        if !optionsEnded, let name = optionName(withDashesOfText: split(argument).name, in: table) {
          throw .unknownOption(split(argument).name, nearest: name)
        }
        operands.append(argument)
        continue
      }
      guard argument != "--" else {
        optionsEnded = true
        continue
      }
      let (name, attachedValue) = split(argument)
      guard let option = table[name] else {
        throw .unknownOption(name, nearest: nearestOptionName(to: name))
      }
      if option.value == nil, let attachedValue, !option.takesTopic {
        throw .unexpectedValue(option: name, value: attachedValue)
      }
      switch option.effect {
      case .showHelp:
        // What follows may be the text that the tool was to read; then it is all of the help that is wanted.
        if let topic = (attachedValue ?? remaining.next()).flatMap({ optionName(for: $0, in: table) }) {
          return .helpOn(topic)
        }
        if let attachedValue { throw .unexpectedValue(option: name, value: attachedValue) }
        return .help
      case .showVersion: return .version
      case .showManual: return .manual
      case .showCompletions:
        let allowed = option.value?.allowed ?? ""
        guard let text = attachedValue ?? remaining.next() else {
          throw .missingValue(option: name, allowed: allowed)
        }
        guard let shell = Shell(rawValue: text) else {
          throw .invalidValue(option: name, value: text, allowed: allowed)
        }
        return .completions(shell)
      case .set(let set):
        let allowed = option.value?.allowed ?? ""
        // A value may begin with a dash, as negative numbers do.
        guard let text = option.value == nil ? "" : attachedValue ?? remaining.next() else {
          throw .missingValue(option: name, allowed: allowed)
        }
        guard set(&values, text) else {
          throw .invalidValue(option: name, value: text, allowed: allowed)
        }
      }
    }
    return .run(values, operands: operands)
  }

  /// The name of an option that may have been typed without its dashes.
  private func optionName(for typed: String, in table: [String: OptionDefinition<Values>]) -> String? {
    ["", "--", "-"].map { $0 + typed }.first { table[$0] != nil }
  }

  /// The name of an option that was copied from a text, in which two hyphens had been made one dash.
  private func optionName(
    withDashesOfText typed: String, in table: [String: OptionDefinition<Values>]
  ) -> String? {
    guard let dash = typed.unicodeScalars.first, dash == "\u{2013}" || dash == "\u{2014}" else { return nil }
    let name = "--" + String(String.UnicodeScalarView(typed.unicodeScalars.drop { $0 == dash }))
    return table[name] == nil ? nil : name
  }

  /// Splits at the equals sign's byte: as a `Character` it could be hidden by a combining mark that follows it.
  private func split(_ argument: String) -> (name: String, value: String?) {
    guard let equals = argument.utf8.firstIndex(of: UInt8(ascii: "=")) else { return (argument, nil) }
    return (String(argument[..<equals]), String(argument[argument.utf8.index(after: equals)...]))
  }

  private func nearestOptionName(to name: String) -> String? {
    nearestName(to: name, among: options.flatMap(\.names))
  }
}

extension OptionDefinition {
  /// Whether an option may follow it, on which more is to be said.
  fileprivate var takesTopic: Bool {
    if case .showHelp = effect { true } else { false }
  }
}
