/// Calls `body` for so many seconds and at least three times, and returns what it returned.
///
/// Before that, it is called for a fifth of the time so that threads are awake, the clock of the CPU is where it will
/// stay, and memory has been touched.
///
/// A body that measures something reads its limit, too: what else the machine does, and the clock that it lets the CPU
/// have, change within seconds, and a share of a limit that was read at another time would tell nothing.
func samples<Sample>(forSeconds seconds: Double, _ body: () throws -> Sample) rethrows -> [Sample] {
  let clock = ContinuousClock()
  let warm = clock.now + .seconds(seconds / 5)
  repeat { _ = try body() } while clock.now < warm

  let end = clock.now + .seconds(seconds)
  var samples: [Sample] = []
  repeat { samples.append(try body()) } while clock.now < end || samples.count < 3
  return samples
}

/// The seconds that `body` takes.
func secondsOf(_ body: () throws -> Void) rethrows -> Double { try ContinuousClock().measure(body) / .seconds(1) }

/// The middle of the values, of which there must be one at least: what a disturbance of a few of them leaves alone.
func median(_ values: [Double]) -> Double {
  let sorted = values.sorted()
  let middle = sorted.count / 2
  return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
}
