/// Calls `body` for so many seconds and at least three times, and returns what it returned.
///
/// Before that, it is called for a fifth of the time so that threads are awake, the clock of the CPU is where it will
/// stay, and memory has been touched.
func samples<Sample>(forSeconds seconds: Double, _ body: () -> Sample) -> [Sample] {
  let clock = ContinuousClock()
  let warm = clock.now + .seconds(seconds / 5)
  repeat { _ = body() } while clock.now < warm

  let end = clock.now + .seconds(seconds)
  var samples: [Sample] = []
  repeat { samples.append(body()) } while clock.now < end || samples.count < 3
  return samples
}

/// The same, with a read of the roof after each sample: what else the machine does, and the clock that it lets the CPU
/// have, change within seconds, and a share of a roof that was read at another time would tell nothing.
func samples<Sample>(
  forSeconds seconds: Double, against roof: Roof, _ body: () -> Sample
) -> (samples: [Sample], roofs: [Double]) {
  let pairs = samples(forSeconds: seconds) { (body(), roof.read()) }
  return (pairs.map(\.0), pairs.map(\.1))
}

/// The seconds that `body` takes.
func secondsOf(_ body: () -> Void) -> Double { ContinuousClock().measure(body) / .seconds(1) }

/// The middle of the values, of which there must be one at least: what a disturbance of a few of them leaves alone.
func median(_ values: [Double]) -> Double {
  let sorted = values.sorted()
  let middle = sorted.count / 2
  return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
}
