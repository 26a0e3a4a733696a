internal import RandomNumbers

/// The place in each stream of a text where an epoch starts.
public enum StreamStart: String, Codable, CaseIterable, Sendable {
  /// The beginning of the stream: a run that ends within an epoch has trained on the same part of each stream last.
  case beginning
  /// A random place, from whose end the epoch continues at the beginning of the stream.
  case random

  /// Returns the number of predictions of a stream that an epoch leaves for its end.
  ///
  /// - Parameters:
  ///   - row: The index of the stream.
  ///   - count: The number of predictions in the stream.
  func offset(ofRow row: Int, epoch: Int, predictionCount count: Int, seed: UInt64) -> Int {
    guard self == .random, count > 0 else { return 0 }
    let key = splitMix(seed, UInt64(epoch))
    return Int(splitMix(key, UInt64(row)).multipliedFullWidth(by: UInt64(count)).high)
  }
}
