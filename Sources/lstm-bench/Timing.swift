/// Calls `body` for the given time and at least three times, and returns the results.
///
/// A warm-up of a fifth of the time wakes the threads, lets the CPU clock settle and touches the memory. A body that
/// measures a rate should also measure its limit, because the machine's load and CPU clock change within seconds.
func samples<Sample>(forSeconds seconds: Double, _ body: () throws -> Sample) rethrows -> [Sample] {
  let clock = ContinuousClock()
  let warm = clock.now + .seconds(seconds / 5)
  repeat { _ = try body() } while clock.now < warm

  let end = clock.now + .seconds(seconds)
  var samples: [Sample] = []
  repeat { samples.append(try body()) } while clock.now < end || samples.count < 3
  return samples
}

func secondsOf(_ body: () throws -> Void) rethrows -> Double { try ContinuousClock().measure(body) / .seconds(1) }

/// Returns the median of at least one value. Unlike the mean, it is robust against a few disturbed measurements.
func median(_ values: [Double]) -> Double {
  let sorted = values.sorted()
  let middle = sorted.count / 2
  return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
}
