/// A quantity over time as a row of small bars.
///
/// Stores a bounded number of means over equally many values each, so that the row always shows the whole course.
public struct Sparkline: Sendable {
  /// Maximum number of means; even, so that they can be merged in pairs.
  private static let capacity = 64
  private static let bars = Array("▁▂▃▄▅▆▇█")

  private var means: [Double] = []
  private var valuesPerMean = 1
  private var sum = 0.0
  private var count = 0

  public init() {}

  /// Adds a value; NaN and infinity are ignored.
  public mutating func append(_ value: Double) {
    guard value.isFinite else { return }
    sum += value
    count += 1
    guard count == valuesPerMean else { return }
    if means.count == Self.capacity {
      means = stride(from: 0, to: Self.capacity, by: 2).map { (means[$0] + means[$0 + 1]) / 2 }
      valuesPerMean *= 2
      return
    }
    means.append(sum / Double(count))
    (sum, count) = (0, 0)
  }

  /// Returns at most `columns` bars; none until there are two values.
  public func text(columns: Int) -> String {
    guard means.count > 1, columns > 0 else { return "" }
    let columns = min(columns, means.count)
    let heights = (0..<columns).map { column in
      let part = means[column * means.count / columns..<(column + 1) * means.count / columns]
      return part.reduce(0, +) / Double(part.count)
    }
    guard let least = heights.min(), let greatest = heights.max(), greatest > least else {
      return String(repeating: Self.bars[0], count: columns)
    }
    return String(
      heights.map { height in
        let share = (height - least) / (greatest - least)
        return Self.bars[Int((share * Double(Self.bars.count - 1)).rounded())]
      })
  }
}
