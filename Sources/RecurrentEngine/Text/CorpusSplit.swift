/// Which characters of a text are for training and which are held out.
public struct CorpusSplit: Sendable, Equatable {
  /// The indices of the characters that are trained on.
  public let training: Range<Int>
  /// The indices of the characters that are held out.
  public let validation: Range<Int>

  /// Holds out the end of a text: everything from index ⌊N(1−f)⌋, as computed in `Double`.
  ///
  /// Returns nil unless `0 ≤ validationFraction < 1`.
  public init?(characterCount: Int, validationFraction: Double) {
    guard characterCount >= 0, validationFraction >= 0, validationFraction < 1 else { return nil }
    let trainCount = (Double(characterCount) * (1 - validationFraction)).rounded(.down)
    // Above 2^53 `Double` may round up, beyond the text and beyond `Int`.
    training = 0..<min(Int(exactly: trainCount) ?? characterCount, characterCount)
    validation = training.upperBound..<characterCount
  }
}
