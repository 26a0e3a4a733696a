/// A command line that cannot be run as it stands. Options are named as they were typed.
public enum UsageError: Error, Equatable, Sendable {
  case unknownOption(String, nearest: String?)
  case movedOption(String, command: String)
  case missingValue(option: String, allowed: String)
  case unexpectedValue(option: String, value: String)
  case invalidValue(option: String, value: String, allowed: String)
  /// Too many, too few or wrong operands, as a sentence.
  case operands(String)
  /// Options that do not go together, as a sentence.
  case conflict(String)
}
