extension ValueFormat where Value == Double {
  /// A duration in seconds: `90s`, `10m`, `1h30m`, `2d`.
  public static var duration: Self {
    Self(
      ValueSyntax(name: "TIME", allowed: "a time such as 90s, 10m or 1h30m"), parse: seconds(in:),
      describe: durationText)
  }
}

/// The interval between repetitions.
public enum Interval: Equatable, Sendable {
  case steps(Int)
  case seconds(Double)
}

extension ValueFormat where Value == Interval {
  /// A number of steps or a duration.
  public static var interval: Self {
    Self(
      ValueSyntax(name: "N|TIME", allowed: "a number of steps, or a time such as 10m"),
      parse: { text in
        if let steps = Int(text), steps > 0, !text.hasPrefix("+") { return .steps(steps) }
        return seconds(in: text).map { .seconds($0) }
      },
      describe: { interval in
        switch interval {
        case .steps(let count): String(count)
        case .seconds(let seconds): durationText(seconds)
        }
      })
  }
}

private let units: [(letter: Character, seconds: Int)] = [("d", 86_400), ("h", 3_600), ("m", 60), ("s", 1)]

/// Parses whole numbers, each followed by a unit that is smaller than the previous one. Returns nil for any other text,
/// including the empty one.
@Sendable private func seconds(in text: String) -> Double? {
  var total = 0
  var digits = ""
  var remaining = units[...]
  for character in text {
    if ("0"..."9").contains(character), digits.count < 9 {
      digits.append(character)
    } else {
      guard let count = Int(digits), let index = remaining.firstIndex(where: { $0.letter == character }) else {
        return nil
      }
      total += count * remaining[index].seconds
      remaining = remaining[(index + 1)...]
      digits = ""
    }
  }
  return digits.isEmpty && total > 0 ? Double(total) : nil
}

@Sendable private func durationText(_ seconds: Double) -> String {
  var rest = Int(seconds)
  var text = ""
  for unit in units where rest >= unit.seconds {
    text += "\(rest / unit.seconds)\(unit.letter)"
    rest %= unit.seconds
  }
  return text
}
