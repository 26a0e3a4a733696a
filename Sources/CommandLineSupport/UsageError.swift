/// An invalid command line. Options are named as they were typed.
public enum UsageError: Error, Equatable, Sendable {
  case unknownOption(String, nearest: String?)
  case movedOption(String, command: String)
  case missingValue(option: String, allowed: String)
  case unexpectedValue(option: String, value: String)
  case invalidValue(option: String, value: String, allowed: String)
  /// Too many, too few or wrong operands, as a sentence.
  case operands(String)
  /// Conflicting options, as a sentence.
  case conflict(String)
}
