internal import CLibrary

/// The limits of this process, as Linux reports them.
package struct ProcessLimits: Sendable {
  private let files: SystemFiles
  /// The limit on the address space in bytes; nil for none.
  private let addressSpace: Int?
  /// The limit on private writable memory in bytes; nil for none.
  private let data: Int?

  package init(_ files: SystemFiles, addressSpace: Int?, data: Int?) {
    self.files = files
    self.addressSpace = addressSpace
    self.data = data
  }

  /// The memory in bytes that can still be allocated; nil if the system does not report it.
  package var memory: Int? {
    let limits = [
      kilobytes("MemAvailable:", in: "/proc/meminfo"),
      ControlGroups(files).memory,
      addressSpace.map { $0 - (kilobytes("VmSize:", in: Self.status) ?? 0) },
      data.map { $0 - (kilobytes("VmData:", in: Self.status) ?? 0) },
    ]
    return limits.compactMap(\.self).min().map { max(0, $0) }
  }

  /// The number of CPUs that the process may use; nil if the system does not report it.
  package var cpus: Int? { [allowedCPUs, ControlGroups(files).cpus].compactMap(\.self).min() }

  private static let status = "/proc/self/status"

  /// The number of CPUs in the affinity mask, parsed from hexadecimal digits and commas because Swift cannot import the
  /// C function.
  private var allowedCPUs: Int? {
    let count = affinity.reduce(0) { $0 + ($1.hexDigitValue?.nonzeroBitCount ?? 0) }
    return count > 0 ? count : nil
  }

  /// The affinity mask in hexadecimal digits and commas; empty if the system does not report it.
  package var affinity: Substring {
    let label = "Cpus_allowed:"
    return files.lines(of: Self.status).first { $0.hasPrefix(label) }?.dropFirst(label.count) ?? ""
  }

  private func kilobytes(_ label: String, in path: String) -> Int? {
    files.number(after: label, in: path).flatMap {
      let (bytes, overflow) = $0.multipliedReportingOverflow(by: 1024)
      return overflow ? nil : bytes
    }
  }
}

#if os(Linux)
extension ProcessLimits {
  /// The limits of this process.
  package init() { self.init(SystemFiles(), addressSpace: limit(RLIMIT_AS), data: limit(RLIMIT_DATA)) }
}

#if canImport(Glibc)
private func limit(_ resource: __rlimit_resource) -> Int? { limit(__rlimit_resource_t(resource.rawValue)) }
private typealias Resource = __rlimit_resource_t
#else
private typealias Resource = CInt
#endif

private func limit(_ resource: Resource) -> Int? {
  var limits = rlimit()
  // The value for no limit is greater than any `Int`.
  return getrlimit(resource, &limits) == 0 ? Int(exactly: limits.rlim_cur) : nil
}
#endif
