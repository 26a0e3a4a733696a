// swift-format-ignore-file: AlwaysUseLowerCamelCase, IdentifiersMustBeASCII
// Names are those of the equations.

infix operator ∘ : MultiplicationPrecedence

/// A row vector.
public struct Vector: Equatable, Sendable {
  public internal(set) var values: [Double]

  public init(_ values: [Double]) {
    self.values = values
  }

  public static func zeros(_ count: Int) -> Vector {
    Vector([Double](repeating: 0, count: count))
  }

  public var count: Int { values.count }

  var shape: [Int] { [count] }

  public subscript(index: Int) -> Double { values[index] }

  static func + (a: Vector, b: Vector) -> Vector {
    a.combined(with: b, +)
  }

  static func += (a: inout Vector, b: Vector) {
    a = a + b
  }

  static func - (a: Vector, b: Vector) -> Vector {
    a.combined(with: b, -)
  }

  static func - (a: Double, b: Vector) -> Vector {
    b.map { a - $0 }
  }

  static func * (a: Double, b: Vector) -> Vector {
    b.map { a * $0 }
  }

  /// Returns the elementwise product.
  static func ∘ (a: Vector, b: Vector) -> Vector {
    a.combined(with: b, *)
  }

  func map(_ transform: (Double) -> Double) -> Vector {
    Vector(values.map(transform))
  }

  private func combined(with other: Vector, _ combine: (Double, Double) -> Double) -> Vector {
    // `zip` would cut the longer vector short and hide a wrong shape.
    precondition(count == other.count, "vectors of \(count) and \(other.count) elements")
    return Vector(zip(values, other.values).map(combine))
  }
}

/// A row-major matrix.
public struct Matrix: Equatable, Sendable {
  public let rows: Int
  public let columns: Int
  public internal(set) var values: [Double]

  /// - Precondition: `values` has `rows × columns` elements.
  public init(rows: Int, columns: Int, values: [Double]) {
    precondition(values.count == rows * columns, "\(values.count) values for a matrix of \(rows) × \(columns)")
    self.rows = rows
    self.columns = columns
    self.values = values
  }

  public static func zeros(_ rows: Int, _ columns: Int) -> Matrix {
    Matrix(rows: rows, columns: columns, values: [Double](repeating: 0, count: rows * columns))
  }

  public subscript(row: Int, column: Int) -> Double {
    values[row * columns + column]
  }

  var shape: [Int] { [rows, columns] }

  func row(_ row: Int) -> Vector {
    Vector(Array(values[row * columns..<(row + 1) * columns]))
  }

  var transposed: Matrix {
    var result = Matrix.zeros(columns, rows)
    for row in 0..<rows {
      for column in 0..<columns {
        result.values[column * rows + row] = self[row, column]
      }
    }
    return result
  }

  static func * (x: Vector, W: Matrix) -> Vector {
    precondition(x.count == W.rows, "a vector of \(x.count) times a matrix of \(W.rows) × \(W.columns)")
    var y = Vector.zeros(W.columns)
    for row in 0..<W.rows {
      for column in 0..<W.columns {
        y.values[column] += x[row] * W[row, column]
      }
    }
    return y
  }

  static func += (W: inout Matrix, product: OuterProduct) {
    switch product.x {
    case .character(let character):
      W.add(product.δ, toRow: character)
    case .vector(let x):
      precondition(x.count == W.rows, "an outer product of \(x.count) rows added to \(W.rows)")
      for row in 0..<W.rows {
        W.add(x[row] * product.δ, toRow: row)
      }
    }
  }

  private mutating func add(_ y: Vector, toRow row: Int) {
    precondition(y.count == columns, "a row of \(y.count) added to one of \(columns)")
    for column in 0..<columns {
      values[row * columns + column] += y[column]
    }
  }
}

/// The gradient xᵀδ of W, where y = xW and δ = ∂L/∂y.
///
/// The product becomes a matrix only when added to one, because a character input does not know the vocabulary size.
struct OuterProduct {
  let x: CellInput
  let δ: Vector
}

func outer(_ x: CellInput, _ δ: Vector) -> OuterProduct {
  OuterProduct(x: x, δ: δ)
}

func outer(_ x: Vector, _ δ: Vector) -> OuterProduct {
  OuterProduct(x: .vector(x), δ: δ)
}
