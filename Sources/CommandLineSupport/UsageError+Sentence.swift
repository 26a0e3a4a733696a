extension UsageError {
  /// Returns one sentence without a period: the problem and the remedy.
  ///
  /// - Parameter tool: name of the tool whose help is suggested if there is no better remedy.
  public func sentence(tool: String) -> String {
    switch self {
    case .unknownOption(let name, nearest: let nearest?):
      "unknown option '\(name)'; did you mean '\(nearest)'?"
    case .unknownOption(let name, nearest: nil):
      "unknown option '\(name)'; see '\(tool) --help'"
    case .movedOption(let name, let command):
      "\(name) has moved; use '\(command)'"
    case .missingValue(let option, let allowed):
      "\(option) needs a value: \(allowed)"
    case .unexpectedValue(let option, let value):
      "\(option) takes no value, but was given '\(value)'"
    case .invalidValue(let option, let value, let allowed):
      "\(option) takes \(allowed), not '\(value)'"
    case .operands(let sentence), .conflict(let sentence):
      sentence
    }
  }
}
