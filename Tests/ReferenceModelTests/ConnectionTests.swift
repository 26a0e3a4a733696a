import Foundation
import ReferenceModel
import Testing

/// Tests of connections with numbers small enough to check by hand, and of their gradients against central differences.
struct ConnectionTests {
  private let x = Vector([1, -2])
  private let f = Vector([0.5, 0.25])

  private func logistic(_ x: Double) -> Double { 1 / (1 + exp(-x)) }

  private func connection(_ kind: Connection) -> LayerConnection {
    var connection = LayerConnection(kind, hiddenSize: 2)
    guard kind == .highway || kind == .gated else { return connection }
    connection.A = Matrix(rows: 2, columns: 2, values: [0.5, 1, 0.25, -1])
    connection.bA = Vector([-2, 0])
    guard kind == .gated else { return connection }
    connection.B = Matrix(rows: 2, columns: 2, values: [0, 2, 1, 0])
    connection.bB = Vector([0.5, 3])
    return connection
  }

  @Test func constantShares() {
    #expect(connection(.plain).forward(x, f) == f)
    #expect(connection(.residual).forward(x, f) == Vector([1.5, -1.75]))
    #expect(connection(.leaky(0.25)).forward(x, f) == Vector([0.875, -1.4375]))
    #expect(connection(.leaky(1)).forward(x, f) == f)
  }

  @Test func gatesAreOfTheInput() {
    // x A + b_A = [0.5 − 0.5 − 2, 1 + 2 + 0]; x B + b_B = [−2 + 0.5, 2 + 3]
    let (a, b) = ([logistic(-2), logistic(3)], [logistic(-1.5), logistic(5)])
    expectEqual(
      connection(.highway).forward(x, f).values, [(1 - a[0]) + a[0] * 0.5, (1 - a[1]) * -2 + a[1] * 0.25], "highway")
    expectEqual(connection(.gated).forward(x, f).values, [b[0] + a[0] * 0.5, b[1] * -2 + a[1] * 0.25], "gated")
  }

  @Test(arguments: LanguageModelGradientTests.connections)
  func gradients(kind: Connection) {
    let connection = connection(kind)
    let weights = Vector([0.7, -1.1])
    let loss = { (connection: LayerConnection, x: Vector, f: Vector) in
      zip(connection.forward(x, f).values, weights.values).reduce(0) { $0 + $1.0 * $1.1 }
    }
    func numerical(_ values: [Double], _ loss: ([Double]) -> Double) -> [Double] {
      values.indices.map { index in
        slope { offset in
          var nearby = values
          nearby[index] += offset
          return loss(nearby)
        }
      }
    }
    var gradient = LayerConnection(kind, hiddenSize: 2)
    let (dx, df) = connection.backward(weights, x, f, addingTo: &gradient)
    expectEqual(dx.values, numerical(x.values) { loss(connection, Vector($0), f) }, relative: 1e-9, "dx")
    expectEqual(df.values, numerical(f.values) { loss(connection, x, Vector($0)) }, relative: 1e-9, "df")
    for matrix in [\LayerConnection.A, \.B] {
      let found = gradient[keyPath: matrix]
      let expected = numerical(connection[keyPath: matrix].values) { values in
        var nearby = connection
        nearby[keyPath: matrix] = Matrix(rows: found.rows, columns: found.columns, values: values)
        return loss(nearby, x, f)
      }
      expectEqual(found.values, expected, relative: 1e-9, "matrix")
    }
    for bias in [\LayerConnection.bA, \.bB] {
      let expected = numerical(connection[keyPath: bias].values) { values in
        var nearby = connection
        nearby[keyPath: bias] = Vector(values)
        return loss(nearby, x, f)
      }
      expectEqual(gradient[keyPath: bias].values, expected, relative: 1e-9, "bias")
    }
    #expect(gradient.bA.count == (kind == .highway || kind == .gated ? 2 : 0))
    #expect(gradient.bB.count == (kind == .gated ? 2 : 0))
  }
}
