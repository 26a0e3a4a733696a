internal import SystemCalls

/// The result of parsing a command line.
public enum ParseOutcome<Values> {
  /// The defaults with the given options applied.
  case run(Values, operands: [String], given: GivenOptions)
  case help
  /// Help on the most common options.
  case shortHelp
  /// Help on one option, given by one of its names.
  case helpOn(String)
  case version
  case manual
  case completions(Shell)
}

extension ParseOutcome: Sendable where Values: Sendable {}
extension ParseOutcome: Equatable where Values: Equatable {}

extension CommandDefinition {
  /// The index of the option with each name: options are too large to be copied for every command line.
  private typealias Table = [String: Int]

  /// Parses the arguments that follow the tool's name.
  ///
  /// The first `--help` or `--version` takes effect; of an option given twice, the last, unless it is repeatable.
  ///
  /// - Parameter checksOptions: Whether to check the options; false if they are to be applied to other values than the
  ///   defaults and checked then; see ``applying(_:to:)`` and ``check(_:in:)``.
  public func parse(
    _ arguments: some Sequence<String>, checksOptions: Bool = true
  ) throws(UsageError) -> ParseOutcome<Values> {
    let table = Table(
      options.indices.flatMap { index in options[index].names.map { ($0, index) } },
      uniquingKeysWith: { first, _ in first })
    var given = GivenOptions()
    var operands: [String] = []
    var remaining = arguments.makeIterator()
    while let argument = remaining.next() {
      if argument == "--" {
        while let operand = remaining.next() { operands.append(operand) }
      } else if argument == "-" || argument.utf8.first != UInt8(ascii: "-") {
        let name = split(argument).name
        if let nearest = optionName(withDashesOfText: name, in: table) { throw .unknownOption(name, nearest: nearest) }
        operands.append(argument)
      } else if let answer = try read(argument, followedBy: &remaining, table, into: &given) {
        return answer
      }
    }
    if let exclusion = exclusions.first(where: { $0.names.allSatisfy(given.contains) }) {
      throw .conflict(exclusion.sentence)
    }
    let values = applying(given, to: defaults)
    if checksOptions { try check(given, in: values) }
    return .run(values, operands: operands, given: given)
  }

  /// Reads one option with its value.
  ///
  /// - Returns: The requested outcome other than a run; nil if the option sets a value.
  private func read(
    _ argument: String, followedBy remaining: inout some IteratorProtocol<String>, _ table: Table,
    into given: inout GivenOptions
  ) throws(UsageError) -> ParseOutcome<Values>? {
    let (name, attachedValue) = split(argument)
    guard let option = table[name].map({ options[$0] }) else { throw unknown(name, in: argument) }
    if case .showHelp = option.effect {
      guard let topic = attachedValue ?? remaining.next(), !operandChoices.contains(topic) else {
        return name == "-h" ? .shortHelp : .help
      }
      guard let name = optionName(for: topic, in: table) else { throw unknown(topic, in: topic) }
      return .helpOn(name)
    }
    if option.value == nil, let attachedValue { throw .unexpectedValue(option: name, value: attachedValue) }
    let allowed = option.value?.allowed ?? ""
    // A value may begin with a dash, as negative numbers do.
    guard let text = option.value == nil ? "" : attachedValue ?? remaining.next() else {
      throw .missingValue(option: name, allowed: allowed)
    }
    guard option.accepts(text) else { throw .invalidValue(option: name, value: text, allowed: allowed) }
    switch option.effect {
    case .set: given.texts[option.names[0]] = (option.isRepeatable ? given.texts[option.names[0]] ?? [] : []) + [text]
    case .showHelp: break
    case .showVersion: return .version
    case .showManual: return .manual
    case .showCompletions: return Shell(rawValue: text).map(ParseOutcome.completions)
    }
    return nil
  }

  private func unknown(_ name: String, in argument: String) -> UsageError {
    if FileStatus(path: argument) != nil {
      return .operands("unknown option '\(argument)'; to name the file, give ./\(argument), or -- before all files")
    }
    // Other tools have names with underscores, capitals or a single dash.
    let usual = "--" + name.drop { $0 == "-" }.lowercased().replacing("_", with: "-")
    if let command = movedOptions[usual] { return .movedOption(name, command: command) }
    let names = options.flatMap(\.names)
    let known = names.contains(usual) ? usual : optionNames(usuallyCalled: usual).first(where: names.contains)
    return .unknownOption(name, nearest: known ?? nearestName(to: usual, among: names))
  }

  /// Returns the name of an option that may have been typed without its dashes.
  private func optionName(for typed: String, in table: Table) -> String? {
    ["", "--", "-"].map { $0 + typed }.first { table[$0] != nil }
  }

  /// Returns the name of an option that was copied from a text in which two hyphens had become one dash.
  private func optionName(withDashesOfText typed: String, in table: Table) -> String? {
    guard let dash = typed.unicodeScalars.first, dash == "\u{2013}" || dash == "\u{2014}" else { return nil }
    let name = "--" + String(String.UnicodeScalarView(typed.unicodeScalars.drop { $0 == dash }))
    return table[name] == nil ? nil : name
  }

  /// Splits at the byte of the equals sign: as a `Character` it could be hidden by a combining mark that follows it.
  private func split(_ argument: String) -> (name: String, value: String?) {
    guard let equals = argument.utf8.firstIndex(of: UInt8(ascii: "=")) else { return (argument, nil) }
    return (String(argument[..<equals]), String(argument[argument.utf8.index(after: equals)...]))
  }
}
