internal import KernelTemplates
internal import RandomNumbers

/// What the recurrent weights start from.
public enum RecurrentInitialization: String, Codable, CaseIterable, Sendable {
  /// Uniform in ±1/√hiddenSize, as all other weights.
  case uniform
  /// Of each gate a random orthogonal matrix (Saxe et al. 2014): what it is multiplied with keeps its length.
  case orthogonal
  /// Of the plain network, and of the candidate of a cell with gates, the identity (Le et al. 2015): what is in h′ stays.
  /// The weights of gates stay uniform, because a gate says how much is kept and is itself nothing to be kept.
  case identity
}

extension RecurrentInitialization {
  /// The weights of one gate, row after row; nil for those that stay as they were drawn.
  func weights(hiddenSize: Int, isCandidate: Bool, using random: inout RandomGenerator) -> [Float]? {
    switch self {
    case .uniform: nil
    case .orthogonal: orthogonalMatrix(size: hiddenSize, using: &random)
    case .identity: isCandidate ? identityMatrix(size: hiddenSize) : nil
    }
  }
}

private func identityMatrix(size: Int) -> [Float] {
  var matrix = [Float](repeating: 0, count: size * size)
  for i in 0..<size { matrix[i * size + i] = 1 }
  return matrix
}

/// Any orthogonal matrix, all equally likely: rows of normal numbers, each made orthogonal to those before it by the
/// modified method of Gram and Schmidt.
private func orthogonalMatrix(size: Int, using random: inout RandomGenerator) -> [Float] {
  var rows: [[Lanes]] = []
  while rows.count < size {
    var row = normalRow(size: size, using: &random)
    for other in rows { row.addMultiple(-dot(row, other), of: other) }
    let square = dot(row, row)
    // Of one so short little but rounding errors is left; another is as good.
    guard square > 1e-6 else { continue }
    let scale = 1 / square.squareRoot()
    rows.append(row.map { $0 * scale })
  }
  return rows.flatMap { row in (0..<size).map { Float(row[$0 / Lanes.scalarCount][$0 % Lanes.scalarCount]) } }
}

/// A row is cut into vectors, the last one padded with zeros: sums have then the same order on every machine, and are
/// fast enough for a thousand units.
private typealias Lanes = SIMD8<Double>

private func normalRow(size: Int, using random: inout RandomGenerator) -> [Lanes] {
  var row = [Lanes](repeating: .zero, count: (size + Lanes.scalarCount - 1) / Lanes.scalarCount)
  for column in 0..<size { row[column / Lanes.scalarCount][column % Lanes.scalarCount] = random.nextNormal() }
  return row
}

private func dot(_ a: [Lanes], _ b: [Lanes]) -> Double {
  var sums = Lanes.zero
  for index in a.indices { sums += a[index] * b[index] }
  return (0..<Lanes.scalarCount).reduce(0) { $0 + sums[$1] }
}

extension [SIMD8<Double>] {
  fileprivate mutating func addMultiple(_ factor: Double, of other: [SIMD8<Double>]) {
    for index in indices { self[index] += factor * other[index] }
  }
}

extension RandomGenerator {
  /// Normally distributed, by the polar method (Marsaglia 1964). The logarithm is no library's, which may differ from CPU
  /// to CPU.
  fileprivate mutating func nextNormal() -> Double {
    while true {
      let (x, y) = (2 * Double(nextUnit()) - 1, 2 * Double(nextUnit()) - 1)
      let square = x * x + y * y
      if square > 0, square < 1 { return x * (-2 * Double(naturalLogarithm(Float(square))) / square).squareRoot() }
    }
  }
}

/// The usual value is not written, and so checkpoints of models without it are as they have always been.
extension KeyedEncodingContainer {
  mutating func encode(_ value: RecurrentInitialization, forKey key: Key) throws {
    try encodeIfPresent(value == .uniform ? nil : value, forKey: key)
  }
}

extension KeyedDecodingContainer {
  func decode(_ type: RecurrentInitialization.Type, forKey key: Key) throws -> RecurrentInitialization {
    try decodeIfPresent(type, forKey: key) ?? .uniform
  }
}
