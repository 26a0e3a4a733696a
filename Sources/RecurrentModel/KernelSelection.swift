internal import CPUIntrinsics
internal import CompactKernelsAVX2
internal import CompactKernelsAVX512
internal import CompactKernelsNEON
internal import CompactKernelsPortable
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
  package static let current: Result<KernelSet, KernelSelectionError> = select(chosenName)

  /// The kernel set for quantized weights that the environment names, otherwise the fastest; chosen once.
  package static let currentQuantized: Result<KernelSet, KernelSelectionError> = selectQuantized(chosenName)

  /// The kernel set for bfloat16 weights that the environment names, otherwise the fastest; chosen once.
  package static let currentBFloat16: Result<KernelSet, KernelSelectionError> = selectBFloat16(chosenName)

  private static var chosenName: String? { ProcessInfo.processInfo.environment[environmentVariable] }

  /// Returns the name of the kernel set of this process.
  public static func currentName() throws(KernelSelectionError) -> String { try current.get().name }

  /// Whether the kernels of this process use fused multiply-adds, so that their results are the same on all such CPUs.
  public static var isFused: Bool { get throws(KernelSelectionError) { try currentName() != "portable" } }

  /// - Parameter name: Nil or empty for the fastest set.
  package static func select(_ name: String?) -> Result<KernelSet, KernelSelectionError> {
    candidate(name).map { $0.make() }
  }

  /// - Parameter name: Nil or empty for the fastest set.
  package static func selectQuantized(_ name: String?) -> Result<KernelSet, KernelSelectionError> {
    candidate(name).map { $0.make($0.setQuantized) }
  }

  /// - Parameter name: Nil or empty for the fastest set.
  package static func selectBFloat16(_ name: String?) -> Result<KernelSet, KernelSelectionError> {
    candidate(name).map { $0.make($0.setBFloat16) }
  }

  private static func candidate(_ name: String?) -> Result<Candidate, KernelSelectionError> {
    guard let name, !name.isEmpty else { return .success(candidates.last(where: \.isAvailable) ?? candidates[0]) }
    guard let candidate = candidates.first(where: { $0.name == name }) else { return .failure(.unknown(name)) }
    return candidate.isAvailable ? .success(candidate) : .failure(.unavailable(name))
  }

  private struct Candidate: Sendable {
    var name: String
    var isAvailable: Bool
    var make: @Sendable () -> KernelSet
    /// Replaces the kernels by those for quantized or bfloat16 weights.
    var setQuantized: @Sendable (inout KernelSet) -> Void
    var setBFloat16: @Sendable (inout KernelSet) -> Void

    func make(_ replace: @Sendable (inout KernelSet) -> Void) -> KernelSet {
      var kernels = make()
      replace(&kernels)
      return kernels
    }
  }

  // The first is available on every CPU of its architecture.
  #if arch(x86_64)
  private static let candidates = [
    Candidate(
      name: "portable", isAvailable: true, make: { KernelsPortable.makeKernelSet() },
      setQuantized: { CompactKernelsPortable.setQuantizedKernels(&$0) },
      setBFloat16: { CompactKernelsPortable.setBFloat16Kernels(&$0) }),
    Candidate(
      name: "avx2", isAvailable: cpu_has_x86_64_v3(), make: { KernelsAVX2.makeKernelSet() },
      setQuantized: { CompactKernelsAVX2.setQuantizedKernels(&$0) },
      setBFloat16: { CompactKernelsAVX2.setBFloat16Kernels(&$0) }),
    Candidate(
      name: "avx512", isAvailable: cpu_has_x86_64_v4(), make: { KernelsAVX512.makeKernelSet() },
      setQuantized: { CompactKernelsAVX512.setQuantizedKernels(&$0) },
      setBFloat16: { CompactKernelsAVX512.setBFloat16Kernels(&$0) }),
    // Differs from "avx512" for quantized weights only.
    Candidate(
      name: "avx512vnni", isAvailable: cpu_has_avx512_vnni(), make: { KernelsAVX512.makeKernelSet() },
      setQuantized: { CompactKernelsAVX512.setQuantizedKernels(&$0, usesVNNI: true) },
      setBFloat16: { CompactKernelsAVX512.setBFloat16Kernels(&$0) }),
  ]
  #elseif arch(arm64)
  private static let candidates = [
    Candidate(
      name: "neon", isAvailable: true, make: { KernelsNEON.makeKernelSet() },
      setQuantized: { CompactKernelsNEON.setQuantizedKernels(&$0) },
      setBFloat16: { CompactKernelsNEON.setBFloat16Kernels(&$0) })
  ]
  #else
  private static let candidates = [
    Candidate(
      name: "portable", isAvailable: true, make: { KernelsPortable.makeKernelSet() },
      setQuantized: { CompactKernelsPortable.setQuantizedKernels(&$0) },
      setBFloat16: { CompactKernelsPortable.setBFloat16Kernels(&$0) })
  ]
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
