internal import CommandLineSupport

/// The labelled values of an axis: round numbers.
struct Ticks: Equatable {
  var values: [Double]
  /// Labels, one per value.
  var labels: [String]
}

extension Ticks {
  /// - Parameter count: Approximate number of ticks, at least 2.
  init(in range: ClosedRange<Double>, scale: Scale, count: Int) {
    // Within about a decade, powers of ten are too few, and equidistant numbers are easier to read.
    if scale == .logarithmic, range.upperBound / range.lowerBound > 12 {
      self.init(powersIn: range, count: count)
    } else {
      self.init(multiplesIn: range, count: count)
    }
  }

  /// Creates ticks at multiples of 1, 2 or 5 times a power of ten.
  private init(multiplesIn range: ClosedRange<Double>, count: Int) {
    let rough = (range.upperBound - range.lowerBound) / Double(count)
    var exponent = decade(of: rough)
    let mantissa: Double
    // The limit between two candidates is their geometric mean.
    switch rough / powerOfTen(exponent) {
    case ..<1.41: mantissa = 1
    case ..<3.16: mantissa = 2
    case ..<7.07: mantissa = 5
    default:
      mantissa = 1
      exponent += 1
    }
    // 3 / 10 is the same number as 0.3; 3 · 0.1 is not.
    let unit = powerOfTen(abs(exponent))
    func value(_ multiple: Int) -> Double {
      let scaled = Double(multiple) * mantissa
      return exponent < 0 ? scaled / unit : scaled * unit
    }
    let step = value(1)
    let first = Int((range.lowerBound / step).rounded(.up))
    let last = Int((range.upperBound / step).rounded(.down))
    values = first <= last ? (first...last).map(value) : []
    labels = Self.labels(values, decimals: max(0, -exponent))
  }

  /// Creates ticks at 1, 2 and 5 times powers of ten, or at as many of the powers as there is room for.
  private init(powersIn range: ClosedRange<Double>, count: Int) {
    let decades = decade(of: range.lowerBound)...decade(of: range.upperBound)
    func values(_ mantissas: [Double], every distance: Int) -> [Double] {
      decades.filter { $0.isMultiple(of: distance) }.flatMap { exponent in
        mantissas.map { exponent < 0 ? $0 / powerOfTen(-exponent) : $0 * powerOfTen(exponent) }
      }.filter(range.contains)
    }
    let distance = (decades.count + count - 1) / count
    let candidates = [values([1, 2, 5], every: 1), values([1, 3], every: 1), values([1], every: distance)]
    self.values = candidates.first { $0.count <= count * 3 / 2 } ?? candidates[2]
    labels = self.values.map { value in
      let exponent = decade(of: value * 1.0001)
      // An exponent is easier to read than a long row of zeros.
      return exponent < -4
        ? NumberText.significant(value, digits: 1) : Self.labels([value], decimals: max(0, -exponent))[0]
    }
  }

  /// Returns labels with a common suffix: `5,000`, but `20k` and `0.5M` if there is a `1M`.
  private static func labels(_ values: [Double], decimals: Int) -> [String] {
    let largest = values.reduce(0) { max($0, $1.magnitude) }
    let suffixes = [(1e12, 1e12, "T"), (1e9, 1e9, "G"), (1e6, 1e6, "M"), (1e4, 1e3, "k")]
    if let (_, unit, suffix) = suffixes.first(where: { largest >= $0.0 }) {
      return values.map { $0 == 0 ? "0" : NumberText.shortest($0 / unit) + suffix }
    }
    return values.map { value in
      decimals == 0 ? NumberText.grouped(Int(value.rounded())) : NumberText.fixed(value, decimals: decimals)
    }
  }
}
