internal import CommandLineSupport

/// Command lines, one argument per line, parsed with the options of a tool.
struct OptionsTarget<Values: Sendable>: FuzzTarget {
  let command: CommandDefinition<Values>

  var seeds: [[UInt8]] {
    let withValues = command.options.flatMap { option in
      [option.names[0]] + (option.value.map { [$0.choices.first ?? "1"] } ?? [])
    }
    let single = command.options.flatMap { option in ["\n", "="].map { "\(option.names[0])\($0)1" } }
    let lines = [withValues.joined(separator: "\n"), "--\n-x\nfile", "-\nfile\n--help", ""] + single
    return lines.map { Array($0.utf8) }
  }

  var tokens: [[UInt8]] {
    let names = command.options.flatMap { $0.names + ($0.value?.choices ?? []) }
    let values = [
      "\n", "=", "-", "--", "--help", "\n--\n", "0", "1", "-1", "0.5", "1e9", "1e-400", "nan", "inf", "0x10", "+1", "é",
      "e\u{301}", "\u{202E}",
    ]
    return (names + values).map { Array($0.utf8) }
  }

  func check(_ input: [UInt8]) throws(Finding) -> String {
    let arguments =
      input.isEmpty
      ? []
      : input.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        .map { String(decoding: $0, as: UTF8.self) }
    let outcome = parse(arguments)
    try require(parse(arguments) == outcome, "the same arguments mean something else the second time")
    if case .run(let operands) = outcome {
      try require(isSubsequence(operands, of: arguments), "operands \(operands) that were not given")
    }
    if case .refused(_, let sentence) = outcome {
      let line = TerminalText.escaped(sentence)
      try require(!line.contains(where: \.isNewline), "an error of several lines: \(line)")
    }
    try require(
      parse(["--"] + arguments) == .run(operands: arguments), "after -- something is not an operand: \(arguments)")
    for option in command.options where option.value != nil {
      for text in arguments.prefix(2) { try checkValue(text, of: option) }
    }
    return outcome.name
  }

  /// Checks that a value is parsed alike after a space and `=`, and that accepted ones are choices or finite numbers.
  private func checkValue(_ text: String, of option: OptionDefinition<Values>) throws(Finding) {
    let name = option.names[0]
    let apart = parse([name, text])
    try require(apart == parse(["\(name)=\(text)"]), "\(name) takes '\(text)' in one way alone")
    guard case .run = apart, let value = option.value else { return }
    if !value.choices.isEmpty {
      try require(value.choices.contains { $0.utf8.elementsEqual(text.utf8) }, "\(name) takes '\(text)'")
    } else if value.allowed.contains("number"), !value.allowed.contains("time") {
      let isNumber = text.utf8.allSatisfy { "0123456789+-.eE".utf8.contains($0) } && Double(text)?.isFinite == true
      try require(isNumber, "\(name) takes '\(text)'")
    }
  }

  private enum Outcome: Equatable {
    case run(operands: [String])
    case help
    case version
    case refused(UsageError, sentence: String)

    var name: String {
      switch self {
      case .run(let operands): "run \(min(operands.count, 9))"
      case .help: "help"
      case .version: "version"
      case .refused(let error, _):
        switch error {
        case .unknownOption(_, let nearest): "unknown \(nearest ?? "")"
        case .movedOption(let name, _): "moved \(name)"
        case .missingValue(let option, _): "missing value of \(option)"
        case .unexpectedValue(let option, _): "unexpected value of \(option)"
        case .invalidValue(let option, _, _): "invalid value of \(option)"
        case .operands(let sentence), .conflict(let sentence): sentence
        }
      }
    }
  }

  private func parse(_ arguments: [String]) -> Outcome {
    do throws(UsageError) {
      return switch try command.parse(arguments) {
      case .run(_, let operands, _): .run(operands: operands)
      case .help, .shortHelp, .helpOn, .manual, .completions: .help
      case .version: .version
      }
    } catch {
      return .refused(error, sentence: error.sentence(tool: command.name))
    }
  }

  private func isSubsequence(_ part: [String], of whole: [String]) -> Bool {
    var rest = whole[...]
    return part.allSatisfy { element in
      guard let index = rest.firstIndex(where: { $0.utf8.elementsEqual(element.utf8) }) else { return false }
      rest = rest[(index + 1)...]
      return true
    }
  }
}
