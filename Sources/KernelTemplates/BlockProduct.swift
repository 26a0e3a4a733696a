/// The initial value of a product's accumulators.
public enum ProductStart: @unchecked Sendable {
  case zero
  /// The contents of `result`.
  case result
  case bias(FloatPointer)
}

/// The rows of a product: those of one or more steps that one thread computes.
public struct StepRows: Sendable {
  /// Rows of each step.
  public var rows: Int
  public var steps: Int
  /// Distance in rows from the first row of a step to the first row of the next.
  public var distance: Int

  /// Rows of one step.
  @inlinable @inline(__always)
  public init(_ rows: Int) {
    self.init(rows, steps: 1, distance: rows)
  }

  @inlinable @inline(__always)
  public init(_ rows: Int, steps: Int, distance: Int) {
    self.rows = rows
    self.steps = steps
    self.distance = distance
  }
}

/// A matrix product result = start + left · right, for some rows of one block of columns. Every product of the package
/// is computed as such block products.
public struct BlockProduct {
  public var rows: StepRows
  /// Columns of 16 floats: 1, 2, 3 or 4.
  public var columns: Int
  public var start: ProductStart
  public var left: BlockedRows
  /// Distance between consecutive terms in a row of `left`.
  public var leftTerm = 1
  /// (term, column of the block), the terms `rightStride` floats apart.
  public var right: FloatPointer
  public var rightStride: Int
  /// Floats of the right factor to skip after the terms of each block of `left`.
  public var rightGap: Int
  public var result: MutableFloatPointer
  public var resultStride: Int
  /// Memory to prefetch after the next terms of the right factor.
  public var upcoming: Upcoming

  @inlinable @inline(__always)
  init(
    rows: StepRows, columns: Int, start: ProductStart, left: BlockedRows, leftTerm: Int = 1, right: FloatPointer,
    rightStride: Int, rightGap: Int = 0, result: MutableFloatPointer, resultStride: Int, upcoming: Upcoming? = nil
  ) {
    self.rows = rows
    self.columns = columns
    self.start = start
    self.left = left
    self.leftTerm = leftTerm
    self.right = right
    self.rightStride = rightStride
    self.rightGap = rightGap
    self.result = result
    self.resultStride = resultStride
    self.upcoming = upcoming ?? Upcoming(right, lines: 0)
  }
}

/// Memory to prefetch because it will be used soon: runs of cache lines, of 16 floats each, with gaps between them.
public struct Upcoming: @unchecked Sendable {
  public var pointer: FloatPointer
  /// Number of lines left in all runs.
  public var lines: Int
  /// Number of lines of a run.
  public var run: Int
  /// Number of lines left in the current run.
  public var linesOfRun: Int
  /// Floats between two runs.
  public var gap: Int

  /// One run.
  @inlinable @inline(__always)
  public init(_ pointer: FloatPointer, lines: Int) {
    self.init(pointer, runs: 1, lines: lines, gap: 0)
  }

  @inlinable @inline(__always)
  public init(_ pointer: FloatPointer, runs: Int, lines: Int, gap: Int) {
    self.pointer = pointer
    self.lines = runs &* lines
    run = lines
    linesOfRun = lines
    self.gap = gap
  }

  /// Removes the next `count` lines, of which those after the end of a run are not worth prefetching, and returns the
  /// first.
  @inlinable @inline(__always)
  mutating func removeFirst(_ count: Int) -> FloatPointer {
    let first = pointer
    pointer += count &* columnWidth
    lines &-= count
    linesOfRun &-= count
    if linesOfRun <= 0 {
      pointer += linesOfRun &* columnWidth &+ gap
      lines &-= linesOfRun
      linesOfRun = run
    }
    return first
  }
}

/// ``multiplyBlock(_:_:)`` for the vectors of one module, which compiles it once and passes it to its kernels.
///
/// The function contains a tile for every height and width, and Swift's intermediate language has one operation per
/// vector element: inlining it into every kernel would take most of the build time.
public typealias BlockKernel = (_ product: BlockProduct) -> Void
