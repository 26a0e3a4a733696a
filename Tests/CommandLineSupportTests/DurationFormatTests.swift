import Testing

@testable import CommandLineSupport

/// Tests of durations and intervals as a user types them.
struct DurationFormatTests {
  @Test(arguments: [
    ("1s", 1.0), ("90s", 90), ("10m", 600), ("2h", 7_200), ("2d", 172_800), ("1h30m", 5_400), ("1d2h3m4s", 93_784),
    ("0h5m", 300), ("120m", 7_200), ("007s", 7), ("999999999d", 86_399_999_913_600),
  ])
  func times(text: String, seconds: Double) {
    #expect(ValueFormat.duration.parse(text) == seconds)
    #expect(ValueFormat.interval.parse(text) == .seconds(seconds))
  }

  @Test(arguments: [
    "", " ", "s", "m10", "10", "0s", "0d0h", "-1s", "+1s", "1.5h", "1e3s", "10 m", "10m ", "10M", "1m1h", "1s1s",
    "5m10",
    "1000000000s", "99999999999999999999s", "٣s", "5\u{301}s", "nan", "inf",
  ])
  func noTimes(text: String) {
    #expect(ValueFormat.duration.parse(text) == nil)
    if text != "10" { #expect(ValueFormat.interval.parse(text) == nil) }
  }

  @Test(arguments: [("1", 1), ("10", 10), ("9223372036854775807", Int.max)])
  func steps(text: String, count: Int) {
    #expect(ValueFormat.interval.parse(text) == .steps(count))
  }

  @Test(arguments: ["0", "-3", "+3", "9223372036854775808", "1.0", "0x10", "1_000"])
  func noSteps(text: String) {
    #expect(ValueFormat.interval.parse(text) == nil)
  }

  @Test(arguments: [
    ("90s", "1m30s"), ("3600s", "1h"), ("90061s", "1d1h1m1s"), ("10m", "10m"), ("48h", "2d"),
  ])
  func whatIsSaidCanBeTyped(typed: String, said: String) throws {
    let seconds = try #require(ValueFormat.duration.parse(typed))
    #expect(ValueFormat.duration.describe(seconds) == said)
    #expect(ValueFormat.duration.parse(said) == seconds)
    #expect(ValueFormat.interval.describe(.seconds(seconds)) == said)
    #expect(ValueFormat.interval.describe(.steps(25)) == "25")
  }
}
