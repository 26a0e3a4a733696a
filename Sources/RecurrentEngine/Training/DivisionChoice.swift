internal import RecurrentModel

/// The choice between the divisions of a pass, by measurement.
///
/// Which division is faster depends on the sizes of the model and the caches, and on how often other processes take a
/// CPU from one of the threads, so both are tried in the first updates, and the slower one again from time to time. The
/// results are the same bytes.
struct DivisionChoice {
  private let divisions: [PassDivision]
  /// The time of each division, smoothed over its latest updates, in seconds per time step; nil before its first use.
  private var times: [Double?]
  private var fastest = 0
  private var updatesUntilTrial = 0
  private var trialInterval = Self.firstInterval
  /// The division of the next update.
  private(set) var current: PassDivision

  private static let firstInterval = 8
  private static let longestInterval = 256

  init(_ divisions: [PassDivision]) {
    self.divisions = divisions
    times = divisions.map { _ in nil }
    current = divisions[0]
  }

  /// Ends the choice.
  mutating func useOnly(_ division: PassDivision) {
    precondition(divisions.contains(division), "the division is not possible")
    self = DivisionChoice([division])
  }

  /// Notes how long an update with the current division took, and chooses the next one.
  mutating func note(secondsPerStep seconds: Double) {
    guard divisions.count > 1, let index = divisions.firstIndex(of: current) else { return }
    // Disturbances only lengthen a time, so a shorter one counts at once.
    times[index] = times[index].map { min(0.75 * $0 + 0.25 * seconds, seconds) } ?? seconds
    let latest = divisions.indices.min { (times[$0] ?? 0) < (times[$1] ?? 0) } ?? 0
    // A division that stays the slower one is tried more and more rarely.
    if latest != fastest { trialInterval = Self.firstInterval }
    fastest = latest
    updatesUntilTrial -= 1
    if updatesUntilTrial < 0 {
      updatesUntilTrial = trialInterval
      trialInterval = min(2 * trialInterval, Self.longestInterval)
      current = divisions[(fastest + 1) % divisions.count]
    } else {
      current = divisions[fastest]
    }
  }
}
