import KernelTemplates
import Testing

@testable import RandomNumbers
@testable import RecurrentEngine
@testable import RecurrentModel
@testable import Safetensors
@testable import SystemCalls
@testable import TextCorpus

/// Half a unit in the last place of 1: the largest relative error of one rounding to Float.
let roundoff = 0x1p-24

/// Returns a bound of the rounding error of a sum of `terms` products with absolute values that add up to `magnitude`.
/// It holds for any order of adding, with and without fused multiply-adds (Higham 2002, section 3.1).
func sumTolerance(terms: Int, magnitude: Double) -> Double {
  let error = Double(terms + 2) * roundoff
  return error / (1 - error) * magnitude + Double(Float.leastNormalMagnitude)
}

/// The kernel sets with a fused multiply-add, which give the same bits.
let fusedKernels = availableKernels.filter { $0.name != "portable" }

/// Unit counts around one, two, three and four columns of sixteen, and around one more block.
let edgeUnitCounts = [1, 2, 15, 16, 17, 31, 32, 33, 47, 48, 49, 63, 64, 65, 70]

/// Floats between guards. All are the same NaN at first, so that a read before a write gives NaN, and a write outside
/// the array is detected.
final class GuardedFloats {
  private static let guardCount = 256
  private static let untouched = Float(nan: 0x15C0DE, signaling: false)
  private let memory: FloatBuffer
  let count: Int

  init(count: Int) {
    self.count = count
    memory = FloatBuffer(count: count + 2 * Self.guardCount)
    memory.fill(with: Self.untouched)
  }

  convenience init(_ values: [Float]) {
    self.init(count: values.count)
    for (index, value) in values.enumerated() { pointer[index] = value }
  }

  var pointer: MutableFloatPointer { memory.pointer(at: Self.guardCount, count: count) }
  var values: [Float] { Array(UnsafeBufferPointer(start: pointer, count: count)) }

  func isUntouched(_ index: Int) -> Bool { pointer[index].bitPattern == Self.untouched.bitPattern }

  var guardsAreUntouched: Bool {
    let outside = Array(-Self.guardCount..<0) + Array(count..<count + Self.guardCount)
    return outside.allSatisfy(isUntouched)
  }
}

/// A matrix in row-major order.
struct PlainMatrix {
  var rows: Int
  var columns: Int
  var values: [Float]

  init(rows: Int, columns: Int, random: inout RandomGenerator) {
    self.rows = rows
    self.columns = columns
    values = (0..<rows * columns).map { _ in random.nextUniform(1) }
  }

  subscript(row: Int, column: Int) -> Float { values[row * columns + column] }

  var transposed: PlainMatrix {
    var result = self
    (result.rows, result.columns) = (columns, rows)
    result.values = (0..<columns).flatMap { column in (0..<rows).map { self[$0, column] } }
    return result
  }

  /// Returns the product in Double, and that of the absolute values.
  func times(_ right: PlainMatrix) -> (values: [Double], magnitudes: [Double]) {
    precondition(columns == right.rows, "matrices that do not fit")
    var sums = [Double](repeating: 0, count: rows * right.columns)
    var magnitudes = sums
    values.withUnsafeBufferPointer { a in
      right.values.withUnsafeBufferPointer { b in
        for row in 0..<rows {
          for k in 0..<columns {
            for column in 0..<right.columns {
              let product = Double(a[row * columns + k]) * Double(b[k * right.columns + column])
              sums[row * right.columns + column] += product
              magnitudes[row * right.columns + column] += abs(product)
            }
          }
        }
      }
    }
    return (sums, magnitudes)
  }

  /// Returns the matrix in blocks, with zero padding. Column `gate · units + unit` belongs to that gate of that unit.
  func packed(_ blocks: Blocks) -> GuardedFloats {
    precondition(columns == blocks.gates * blocks.units, "a matrix of another width")
    let result = GuardedFloats([Float](repeating: 0, count: blocks.size(rows: rows)))
    for row in 0..<rows {
      for column in 0..<columns {
        let (gate, unit) = column.quotientAndRemainder(dividingBy: blocks.units)
        result.pointer[blocks.index(row: row, gate: gate, unit: unit, rows: rows)] = self[row, column]
      }
    }
    return result
  }

  /// Returns the matrix in row-major order, with NaN between the rows.
  func spread(rowStride: Int) -> GuardedFloats {
    let result = GuardedFloats(count: rows * rowStride)
    for row in 0..<rows {
      for column in 0..<columns { result.pointer[row * rowStride + column] = self[row, column] }
    }
    return result
  }
}
