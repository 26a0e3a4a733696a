internal import KernelTemplates
internal import RecurrentEngine

/// The most that the machine can do in one respect, read whenever it is needed.
struct Limit {
  /// What a share is said to be of.
  let name: String
  /// One read: billions of operations, or of bytes, per second.
  let read: () -> Double

  /// What all threads together can compute without touching memory.
  static func roof(_ kernels: KernelSet, _ executor: ParallelExecutor) -> Limit {
    // Some milliseconds, so that waking the threads does not count.
    let repetitions = 1 << 22
    let operations = 24 * Double(kernels.lanes) * Double(repetitions) * Double(executor.threadCount)
    return Limit(name: "roof") {
      operations * 1e-9
        / secondsOf { executor.runOnEachThread { _ in _ = kernels.multiplyAddsInRegisters(repetitions) } }
    }
  }

  /// What all threads together can read from a buffer of so many bytes, each going through its own part of it again
  /// and again. Of more than a gigabyte a part will do: no cache holds it either.
  static func bandwidth(bytes: Double, _ kernels: KernelSet, _ executor: ParallelExecutor) -> Limit {
    let unitBytes = bandwidthUnit * MemoryLayout<Float>.stride
    let units = max(executor.threadCount, Int(min(bytes, 0x1p30)) / unitBytes)
    let buffer = FloatBuffer(count: units * bandwidthUnit)
    // Some milliseconds, too.
    let repetitions = 1 + (1 << 29) / (units * unitBytes)
    return Limit(name: "bandwidth") {
      let seconds = secondsOf {
        executor.runOnShares(of: 0..<units) { part in
          let count = part.count * bandwidthUnit
          for _ in 0..<repetitions {
            _ = kernels.sum(buffer.pointer(at: part.lowerBound * bandwidthUnit, count: count), count)
          }
        }
      }
      return Double(repetitions * units * unitBytes) * 1e-9 / seconds
    }
  }
}
