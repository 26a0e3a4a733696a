#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Darwin
#endif

/// The most memory that this process has had at a time.
enum PeakMemory {
  /// Nil under AddressSanitizer, which keeps what is freed.
  static var byteCount: Int? {
    guard !isInstrumented else { return nil }
    var usage = rusage()
    #if os(Linux)
      let unit = 1024
    #else
      let unit = 1
    #endif
    #if canImport(Glibc)
      let process = __rusage_who_t(RUSAGE_SELF.rawValue)
    #else
      let process = RUSAGE_SELF
    #endif
    return getrusage(process, &usage) == 0 ? usage.ru_maxrss * unit : nil
  }

  private static let isInstrumented = dlsym(dlopen(nil, RTLD_NOW), "__asan_init") != nil
}
