internal import CPUIntrinsics
package import KernelTemplates
internal import KernelsPortable

#if canImport(FoundationEssentials)
  internal import FoundationEssentials
#else
  internal import Foundation
#endif
#if arch(x86_64)
  internal import KernelsAVX2
  internal import KernelsAVX512
#endif

/// Which kernels this process computes with.
public enum KernelSelection {
  /// Names one set; without it the fastest that the CPU has is taken.
  public static let environmentVariable = "LSTM_TRAIN_KERNELS"

  /// Names of all sets that the project has for this architecture, slowest first.
  public static var allNames: [String] { candidates.map(\.name) }
  /// Names of those that this CPU can run.
  public static var availableNames: [String] { candidates.filter(\.isAvailable).map(\.name) }

  /// The kernels named by the environment or else the fastest; chosen once.
  package static let current: Result<KernelSet, KernelSelectionError> = select(
    ProcessInfo.processInfo.environment[environmentVariable])

  /// The name of the kernels that this process computes with.
  public static func currentName() throws(KernelSelectionError) -> String { try current.get().name }

  /// - Parameter name: Nil or empty for the fastest set.
  package static func select(_ name: String?) -> Result<KernelSet, KernelSelectionError> {
    guard let name, !name.isEmpty else {
      return .success((candidates.last(where: \.isAvailable) ?? portable).make())
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

  private static let portable = Candidate(name: "portable", isAvailable: true) { KernelsPortable.makeKernelSet() }

  #if arch(x86_64)
    private static let candidates = [
      portable,
      Candidate(name: "avx2", isAvailable: cpu_has_x86_64_v3()) { KernelsAVX2.makeKernelSet() },
      Candidate(name: "avx512", isAvailable: cpu_has_x86_64_v4()) { KernelsAVX512.makeKernelSet() },
    ]
  #else
    private static let candidates = [portable]
  #endif
}

/// Why the kernels that the environment names cannot be used.
public enum KernelSelectionError: Error, Equatable, Sendable, CustomStringConvertible {
  /// There is no set of this name.
  case unknown(String)
  /// The CPU lacks the instructions.
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
