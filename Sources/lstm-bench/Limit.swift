internal import KernelTemplates
internal import RecurrentEngine

/// A limit of the machine, measured whenever it is read.
struct Limit {
  let name: String
  /// Measurement of the limit, in 10⁹ operations or bytes per second.
  let read: () -> Double

  /// Returns the arithmetic roof: operations of all threads in registers, without memory access.
  static func roof(_ kernels: KernelSet, _ executor: ParallelExecutor) -> Limit {
    // A few milliseconds, so that the wake-up time of the threads is negligible.
    let repetitions = 1 << 22
    let operations =
      2 * Double(kernels.multiplyAddChains * kernels.lanes) * Double(repetitions) * Double(executor.threadCount)
    return Limit(name: "roof") {
      operations * 1e-9
        / secondsOf { executor.runOnEachThread { _ in _ = kernels.multiplyAddsInRegisters(repetitions) } }
    }
  }

  /// Returns the bandwidth with which all threads read a buffer of the given size, each thread its part repeatedly. The
  /// size is limited to 1 GiB, which no cache holds either.
  static func bandwidth(bytes: Double, _ kernels: KernelSet, _ executor: ParallelExecutor) -> Limit {
    let unitBytes = bandwidthUnit * MemoryLayout<Float>.stride
    let units = max(executor.threadCount, Int(min(bytes, 0x1p30)) / unitBytes)
    let buffer = FloatBuffer(count: units * bandwidthUnit)
    // A few milliseconds, as for the roof.
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
