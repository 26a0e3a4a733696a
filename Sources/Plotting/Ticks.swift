internal import CommandLineSupport

/// The values of an axis that have a label: numbers that people count in.
struct Ticks: Equatable {
  var values: [Double]
  /// Each beside its value.
  var labels: [String]
}

extension Ticks {
  /// - Parameter count: About how many there should be, at least 2.
  init(in range: ClosedRange<Double>, scale: Scale, count: Int) {
    // Within a decade or so, powers of ten are too few, and numbers at equal distances read more easily.
    if scale == .logarithmic, range.upperBound / range.lowerBound > 12 {
      self.init(powersIn: range, count: count)
    } else {
      self.init(multiplesIn: range, count: count)
    }
  }

  /// Multiples of 1, 2 or 5 times a power of ten.
  private init(multiplesIn range: ClosedRange<Double>, count: Int) {
    let rough = (range.upperBound - range.lowerBound) / Double(count)
    var exponent = decade(of: rough)
    let mantissa: Double
    // Between two candidates lies their geometric mean.
    switch rough / powerOfTen(exponent) {
    case ..<1.41: mantissa = 1
    case ..<3.16: mantissa = 2
    case ..<7.07: mantissa = 5
    default:
      mantissa = 1
      exponent += 1
    }
    // Divided by a power of ten rather than multiplied by its inverse, 3 tenths are 0.3.
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

  /// 1, 2 and 5 times powers of ten, or as many of the powers as there is room for.
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
      // Zeros that nobody counts.
      return exponent < -4
        ? NumberText.significant(value, digits: 1) : Self.labels([value], decimals: max(0, -exponent))[0]
    }
  }

  /// All with the same suffix: `5,000`, but `20k` and `0.5M` where there is a `1M`.
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
