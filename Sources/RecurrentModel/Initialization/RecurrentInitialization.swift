internal import KernelTemplates
internal import RandomNumbers

/// A method of initializing the recurrent weights.
public enum RecurrentInitialization: String, Codable, CaseIterable, Sendable {
  /// Uniform in ±1/√hiddenSize, like all other weights.
  case uniform
  /// A random orthogonal matrix for each gate (Saxe et al. 2014), which preserves the norm of h′.
  case orthogonal
  /// The identity for the plain network and for the candidate of a gated cell (Le et al. 2015), which preserves h′. The
  /// weights of gates stay uniform, because a gate only scales other values.
  case identity
}

extension RecurrentInitialization {
  /// Returns the weights of one gate, row by row; nil if its uniform weights are kept.
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

/// Returns a uniformly distributed orthogonal matrix: normal rows, orthogonalized by the modified Gram–Schmidt process.
private func orthogonalMatrix(size: Int, using random: inout RandomGenerator) -> [Float] {
  var rows: [[Lanes]] = []
  while rows.count < size {
    var row = normalRow(size: size, using: &random)
    for other in rows { row.addMultiple(-dot(row, other), of: other) }
    let square = dot(row, row)
    // A row this short is mostly rounding error; another one is drawn.
    guard square > 1e-6 else { continue }
    let scale = 1 / square.squareRoot()
    rows.append(row.map { $0 * scale })
  }
  return rows.flatMap { row in (0..<size).map { Float(row[$0 / Lanes.scalarCount][$0 % Lanes.scalarCount]) } }
}

/// Part of a row, padded with zeros: sums have the same order on every machine and are fast for a thousand units.
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
  /// Uses the polar method (Marsaglia 1964), without the C library's logarithm, which may differ from CPU to CPU.
  fileprivate mutating func nextNormal() -> Double {
    while true {
      let (x, y) = (2 * Double(nextUnit()) - 1, 2 * Double(nextUnit()) - 1)
      let square = x * x + y * y
      if square > 0, square < 1 { return x * (-2 * Double(naturalLogarithm(Float(square))) / square).squareRoot() }
    }
  }
}

extension RecurrentInitialization: OmittedDefault {
  package static let omitted = uniform
}
