internal import KernelTemplates
internal import RecurrentEngine

/// What all threads at once can compute without touching memory.
struct Roof {
  let kernels: KernelSet
  let executor: ParallelExecutor

  /// One read, in GFLOP/s.
  func read() -> Double {
    // Some milliseconds, so that waking the threads does not count.
    let repetitions = 1 << 22
    let operations = 24 * Double(kernels.lanes) * Double(repetitions) * Double(executor.threadCount)
    return operations * 1e-9
      / secondsOf { executor.runOnEachThread { _ in _ = kernels.multiplyAddsInRegisters(repetitions) } }
  }
}
