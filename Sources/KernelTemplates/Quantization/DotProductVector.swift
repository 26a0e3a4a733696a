/// A vector register of 32-bit sums, to each of which one instruction or a few add four products of 8-bit numbers.
///
/// Sums of integers are exact, so their order does not matter.
public protocol DotProductVector {
  /// The floats that the sums are converted to, with as many lanes.
  associatedtype Floats: FloatVector
  /// The number added to each 8-bit number of a row, for instructions whose first factor is unsigned.
  static var rowOffset: Int32 { get }
  init(zero: Void)
  /// Loads a vector of weights: four terms of each column.
  init(at pointer: UnsafePointer<Int8>)
  /// Loads four numbers of a row for all columns.
  init(repeating pointer: UnsafePointer<Int8>)
  func adding(row: Self, times weights: Self) -> Self
  /// Returns the sums minus those of `offsets`, as floats: exact below 2²⁴, rounded once beyond.
  func floats(minus offsets: UnsafePointer<Int32>) -> Floats
}
