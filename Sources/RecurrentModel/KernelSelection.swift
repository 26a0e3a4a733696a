internal import CPUIntrinsics
package import KernelTemplates
internal import KernelsAVX2
internal import KernelsAVX512
internal import KernelsNEON
internal import KernelsPortable

#if canImport(FoundationEssentials)
internal import FoundationEssentials
#else
internal import Foundation
#endif

/// The choice of the kernels that this process uses.
public enum KernelSelection {
  /// The environment variable that names a kernel set; without it the fastest set that the CPU supports is used.
  public static let environmentVariable = "LSTM_TRAIN_KERNELS"

  /// Names of all kernel sets for this architecture, slowest first.
  public static var allNames: [String] { candidates.map(\.name) }
  /// Names of the kernel sets that this CPU supports.
  public static var availableNames: [String] { candidates.filter(\.isAvailable).map(\.name) }

  /// The kernel set that the environment names, otherwise the fastest; chosen once.
  package static let current: Result<KernelSet, KernelSelectionError> = select(
    ProcessInfo.processInfo.environment[environmentVariable])

  /// Returns the name of the kernel set of this process.
  public static func currentName() throws(KernelSelectionError) -> String { try current.get().name }

  /// - Parameter name: Nil or empty for the fastest set.
  package static func select(_ name: String?) -> Result<KernelSet, KernelSelectionError> {
    guard let name, !name.isEmpty else {
      return .success((candidates.last(where: \.isAvailable) ?? candidates[0]).make())
    }
    guard let candidate = candidates.first(where: { $0.name == name }) else { return .failure(.unknown(name)) }
    guard candidate.isAvailable else { return .failure(.unavailable(name)) }
    return .success(candidate.make())
  }

  private struct Candidate: Sendable {
    var name: String
    var isAvailable: Bool
    var make: @Sendable () -> KernelSet
  }

  // The first is available on every CPU of its architecture.
  #if arch(x86_64)
  private static let candidates = [
    Candidate(name: "portable", isAvailable: true) { KernelsPortable.makeKernelSet() },
    Candidate(name: "avx2", isAvailable: cpu_has_x86_64_v3()) { KernelsAVX2.makeKernelSet() },
    Candidate(name: "avx512", isAvailable: cpu_has_x86_64_v4()) { KernelsAVX512.makeKernelSet() },
  ]
  #elseif arch(arm64)
  private static let candidates = [Candidate(name: "neon", isAvailable: true) { KernelsNEON.makeKernelSet() }]
  #else
  private static let candidates = [Candidate(name: "portable", isAvailable: true) { KernelsPortable.makeKernelSet() }]
  #endif
}

/// An invalid choice of kernels in the environment.
public enum KernelSelectionError: Error, Equatable, Sendable, CustomStringConvertible {
  /// A name that no kernel set has.
  case unknown(String)
  /// A kernel set whose instructions this CPU lacks.
  case unavailable(String)

  public var description: String {
    let choices = KernelSelection.availableNames.joined(separator: ", ")
    return switch self {
    case .unknown(let name): "\(KernelSelection.environmentVariable) is '\(name)'; this CPU has \(choices)"
    case .unavailable(let name):
      "\(KernelSelection.environmentVariable) is '\(name)', which this CPU lacks; it has \(choices)"
    }
  }
}
