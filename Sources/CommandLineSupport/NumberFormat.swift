/// The lower bound of the numbers that an option accepts.
public enum LowerBound: Sendable {
  case unbounded
  case atLeast(Double)
  case above(Double)

  func admits(_ value: Double) -> Bool {
    switch self {
    case .unbounded: true
    case .atLeast(let bound): value >= bound
    case .above(let bound): value > bound
    }
  }
}

/// The upper bound of the numbers that an option accepts.
public enum UpperBound: Sendable {
  case unbounded
  case atMost(Double)
  case below(Double)

  func admits(_ value: Double) -> Bool {
    switch self {
    case .unbounded: true
    case .atMost(let bound): value <= bound
    case .below(let bound): value < bound
    }
  }
}

extension ValueFormat where Value: BinaryFloatingPoint & CustomStringConvertible & Sendable {
  /// A finite decimal number, with or without an exponent.
  public static func number(_ lower: LowerBound = .unbounded, _ upper: UpperBound = .unbounded) -> Self {
    Self(
      ValueSyntax(name: "X", allowed: sentence(lower, upper)),
      parse: { text in
        // `Double.init` also reads hexadecimal numbers, "nan" and "inf".
        guard text.utf8.allSatisfy(isDecimal), let value = Double(text), value.isFinite else { return nil }
        return lower.admits(value) && upper.admits(value) ? Value(value) : nil
      },
      describe: { NumberText.shortest($0) }
    )
  }

  private static func sentence(_ lower: LowerBound, _ upper: UpperBound) -> String {
    let end =
      switch upper {
      case .unbounded: ""
      case .atMost(let bound): " up to \(NumberText.shortest(bound))"
      case .below(let bound): " below \(NumberText.shortest(bound))"
      }
    return switch (lower, upper) {
    case (.unbounded, _): "a number" + end
    case (.atLeast(let low), .unbounded): "a number from \(NumberText.shortest(low)) up"
    case (.atLeast(let low), .atMost(let high)):
      "a number from \(NumberText.shortest(low)) to \(NumberText.shortest(high))"
    case (.atLeast(let low), .below): "a number from \(NumberText.shortest(low)) to" + end
    case (.above(let low), .below): "a number above \(NumberText.shortest(low)) and" + end
    case (.above(let low), _): "a number above \(NumberText.shortest(low))" + end
    }
  }

  @Sendable private static func isDecimal(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "+"),
      UInt8(ascii: "e"), UInt8(ascii: "E"):
      true
    default: false
    }
  }
}
