internal import CommandLineSupport

/// A row of the table of texts and their probabilities.
enum ScoredText {
  /// Names of the columns, as a line.
  static let header = Array("log_probability\ttext\n".utf8)

  /// - Parameters:
  ///   - text: The generated text.
  ///   - logProbability: The natural logarithm of the model's probability of the generated text.
  ///   - echo: The bytes before the text.
  static func row(_ text: [UInt8], _ logProbability: Double, echo: [UInt8]) -> [UInt8] {
    Array("\(NumberText.fixed(logProbability, decimals: 6))\t".utf8) + TabSeparatedField.escaped(echo + text)
      + [UInt8(ascii: "\n")]
  }
}
