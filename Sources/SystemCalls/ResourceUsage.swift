internal import CLibrary

/// The memory and CPU time used by this process.
package enum ResourceUsage {
  /// The peak resident memory in bytes; nil under AddressSanitizer, which retains freed memory.
  package static var peakMemory: Int? {
    #if os(Linux)
    let unit = 1024
    #else
    let unit = 1
    #endif
    return isInstrumented ? nil : current.map { $0.ru_maxrss * unit }
  }

  /// The CPU time, rather than wall-clock time: on a busy machine an input can wait for minutes through no fault of its
  /// own.
  package static var processorTime: Duration {
    guard let usage = current else { return .zero }
    return [usage.ru_utime, usage.ru_stime].reduce(.zero) {
      $0 + .seconds(Int($1.tv_sec)) + .microseconds(Int($1.tv_usec))
    }
  }

  private static var current: rusage? {
    var usage = rusage()
    #if canImport(Glibc)
    let process = __rusage_who_t(RUSAGE_SELF.rawValue)
    #else
    let process = RUSAGE_SELF
    #endif
    return getrusage(process, &usage) == 0 ? usage : nil
  }

  private static let isInstrumented = dlsym(dlopen(nil, RTLD_NOW), "__asan_init") != nil
}
