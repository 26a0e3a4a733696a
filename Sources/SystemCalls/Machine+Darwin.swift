#if canImport(Darwin)
internal import CLibrary

extension Machine {
  /// The number of performance cores; nil if the system does not report it.
  static var performanceCoreCount: Int? {
    var count: CInt = 0
    var size = MemoryLayout<CInt>.size
    guard sysctlbyname("hw.perflevel0.logicalcpu", &count, &size, nil, 0) == 0, count > 0 else { return nil }
    return Int(count)
  }

  /// The memory in bytes that the system can provide without writing any to disk: free pages, and pages that have not
  /// been used for a while. Nil if the system does not report it.
  static var unusedMemory: Int? {
    var statistics = vm_statistics64()
    let words = MemoryLayout<vm_statistics64>.size / MemoryLayout<integer_t>.size
    var count = mach_msg_type_number_t(words)
    let status = withUnsafeMutablePointer(to: &statistics) { pointer in
      pointer.withMemoryRebound(to: integer_t.self, capacity: words) {
        host_statistics64(host, HOST_VM_INFO64, $0, &count)
      }
    }
    guard status == KERN_SUCCESS else { return nil }
    return (Int(statistics.free_count) + Int(statistics.inactive_count)) * Int(getpagesize())
  }

  // Kept, because every call of the function adds a reference to the port.
  private static let host = mach_host_self()
}
#endif
