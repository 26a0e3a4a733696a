internal import CLibrary
#if canImport(FoundationEssentials)
  internal import FoundationEssentials
#else
  internal import Foundation
#endif

/// The CPUs and memory available to this process.
public enum Machine {
  /// The number of CPUs that this process may run on: those of its affinity mask, or fewer if a control group sets a
  /// quota.
  public static var availableCPUs: Int {
    var count = ProcessInfo.processInfo.activeProcessorCount
    #if os(Linux)
      if let allowed = allowedCPUs { count = allowed }
      if let quota = cpuQuota { count = min(count, quota) }
    #endif
    return max(1, count)
  }

  /// The memory in bytes that this process can still allocate: free and reclaimable memory, or the rest of a control
  /// group's limit if that is less. Nil if the system does not report it.
  public static var availableMemory: Int? {
    #if os(Linux)
      let free = number(after: "MemAvailable:", in: text(of: "/proc/meminfo")).flatMap {
        let (bytes, overflow) = $0.multipliedReportingOverflow(by: 1024)
        return overflow ? nil : bytes
      }
      let groupRest = firstNumber(in: text(of: "/sys/fs/cgroup/memory.max")).map {
        max(0, $0 - (firstNumber(in: text(of: "/sys/fs/cgroup/memory.current")) ?? 0))
      }
      return [free, groupRest].compactMap { $0 }.min()
    #else
      return Int(exactly: ProcessInfo.processInfo.physicalMemory)
    #endif
  }

  #if os(Linux)
    /// The number of CPUs in the affinity mask, parsed from hexadecimal digits and commas because Swift cannot import
    /// the C function.
    private static var allowedCPUs: Int? {
      let label = "Cpus_allowed:"
      let line = text(of: "/proc/self/status").split(separator: "\n").first { $0.hasPrefix(label) }
      let count = line?.dropFirst(label.count).reduce(0) { $0 + ($1.hexDigitValue?.nonzeroBitCount ?? 0) } ?? 0
      return count > 0 ? count : nil
    }

    /// The control group's CPU quota in whole CPUs, rounded up.
    private static var cpuQuota: Int? {
      let fields = text(of: "/sys/fs/cgroup/cpu.max").split(whereSeparator: \.isWhitespace)
      guard fields.count == 2, let quota = Int(fields[0]), let period = Int(fields[1]), quota > 0, period > 0 else {
        return nil
      }
      return (quota - 1) / period + 1
    }

    private static func text(of path: String) -> Substring {
      // These files report no size; a few kilobytes contain all the needed lines.
      let descriptor = open(path, O_RDONLY | O_CLOEXEC)
      guard descriptor >= 0 else { return "" }
      defer { close(descriptor) }
      let bytes = [UInt8](unsafeUninitializedCapacity: 8192) { buffer, count in
        count = max(0, read(descriptor, buffer.baseAddress, buffer.count))
      }
      return String(decoding: bytes, as: UTF8.self)[...]
    }

    private static func firstNumber(in text: Substring) -> Int? {
      text.split(whereSeparator: \.isWhitespace).first.flatMap { Int($0) }
    }

    private static func number(after label: String, in text: Substring) -> Int? {
      text.split(separator: "\n").first { $0.hasPrefix(label) }.flatMap { firstNumber(in: $0.dropFirst(label.count)) }
    }
  #endif
}
