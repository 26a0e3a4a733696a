#if canImport(FoundationEssentials)
internal import FoundationEssentials
#else
internal import Foundation
#endif

/// The CPUs and memory available to this process.
public enum Machine {
  /// The number of CPUs that this process may run on: those of its affinity mask, or fewer if a control group sets a
  /// quota. On a Mac, the number of performance cores: all threads would wait for one on an efficiency core.
  public static var availableCPUs: Int {
    let count = ProcessInfo.processInfo.activeProcessorCount
    #if os(Linux)
    return ProcessLimits().cpus ?? count
    #elseif canImport(Darwin)
    return min(performanceCoreCount ?? count, count)
    #else
    return count
    #endif
  }

  /// A text that is the same for all processes that may run on the same CPUs of a node.
  package static var affinity: String {
    #if os(Linux)
    return String(ProcessLimits().affinity)
    #else
    return ""
    #endif
  }

  /// The memory in bytes that a program needs besides what it computes in advance: for text, messages, and the
  /// unevenness of allocation.
  package static let reservedMemory = 64_000_000

  /// The memory in bytes that this process can still allocate: the least of free and reclaimable memory, and what the
  /// limits of its control groups and of the process leave. Nil if the system does not report it.
  public static var availableMemory: Int? {
    #if os(Linux)
    return ProcessLimits().memory
    #elseif canImport(Darwin)
    return unusedMemory
    #else
    return Int(exactly: ProcessInfo.processInfo.physicalMemory)
    #endif
  }
}
