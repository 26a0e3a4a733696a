// swift-tools-version: 6.2
import PackageDescription

let strict: [SwiftSetting] = [
  .treatAllWarnings(as: .error),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
]

/// Settings of the modules in which the tests spend their time: unoptimized, they are a hundred times slower.
let alwaysOptimized: [SwiftSetting] = strict + [.unsafeFlags(["-O"], .when(configuration: .debug))]

/// For modules whose assertions, among them those of the bounds of buffers, debug builds check nevertheless.
let optimizedWithAssertions =
  alwaysOptimized + [.unsafeFlags(["-assert-config", "Debug"], .when(configuration: .debug))]

/// An instruction set of x86-64.
struct InstructionSet {
  /// The name as an argument of `-march`.
  var march: String
  /// Features that imply all others that the kernels use.
  var features: [String]

  /// Flags for the compiler, which has an effect only if it compiles for x86-64. A manifest cannot ask for which
  /// architecture it is built.
  var flags: [String] {
    #if compiler(>=6.3) || os(macOS)
    return ["-Qunused-arguments", "-Xarch_x86_64", "-march=\(march)"].flatMap { ["-Xcc", $0] }
    #else
    // This Clang knows `-Xarch` for macOS alone. A compiler for arm64 prints that it ignores these features.
    return features.flatMap { ["-Xclang", "-target-feature", "-Xclang", "+\($0)"] }.flatMap { ["-Xcc", $0] }
    #endif
  }
}

/// Returns the target of the kernels for one instruction set, whose file is empty for other architectures.
func kernels(_ name: String, for instructions: InstructionSet? = nil) -> Target {
  .target(
    name: name, dependencies: ["CPUIntrinsics", "KernelTemplates", "RecurrentCells"],
    swiftSettings: alwaysOptimized + [.define(name)] + (instructions.map { [.unsafeFlags($0.flags)] } ?? []))
}

let avx2 = InstructionSet(march: "x86-64-v3", features: ["avx2", "fma", "bmi", "bmi2", "lzcnt"])
let avx512 = InstructionSet(
  march: "x86-64-v4", features: ["avx512bw", "avx512cd", "avx512dq", "avx512vl", "bmi", "bmi2", "lzcnt"])

let kernelTargets = ["Kernels", "CompactKernels"].flatMap {
  [
    kernels("\($0)Portable"), kernels("\($0)NEON"), kernels("\($0)AVX2", for: avx2),
    kernels("\($0)AVX512", for: avx512),
  ]
}
let kernelModules = kernelTargets.map { Target.Dependency.target(name: $0.name) }

/// Linker settings: lld, the toolchain's own linker, by name, because the system's default linker warns about the
/// static libraries of Foundation.
let linking: [LinkerSetting] = [.unsafeFlags(["-use-ld=lld"], .when(platforms: [.linux]))]

/// Settings of test targets, without the import checks: tests may use symbols of indirectly imported modules.
let forTests: [SwiftSetting] = [.treatAllWarnings(as: .error)]

/// Settings of tests that compare large arrays, which takes most of their time if they are unoptimized.
let forOptimizedTests: [SwiftSetting] = forTests + [.unsafeFlags(["-O"], .when(configuration: .debug))]

/// - Parameter embedded: Files of the target's folder whose bytes become part of the executable.
func tool(_ name: String, using others: [Target.Dependency] = [], embedding embedded: [String] = []) -> Target {
  .executableTarget(
    name: name, dependencies: ["CommandLineSupport", "RecurrentEngine", "SystemCalls", "ToolSupport"] + others,
    resources: embedded.map { .embedInCode($0) }, swiftSettings: strict, linkerSettings: linking)
}

/// Returns the target of an example, which uses the library like a program outside of the package; not a product.
func example(_ name: String) -> Target {
  .executableTarget(
    name: name, dependencies: ["RecurrentEngine"], path: "Examples/\(name)", swiftSettings: strict,
    linkerSettings: linking)
}

/// The package of MPI for pkg-config: Debian's name for the chosen implementation, or another name, such as `ompi-c` or
/// `mpich`.
let mpiPackage = Context.environment["MPI_PACKAGE"] ?? "mpi-c"

/// The scripts of the web page that `lstm-export` writes.
let scripts = [
  "float32", "random", "safetensors", "products", "cells", "model", "sampler", "writer", "quantities", "text", "bars",
  "trace", "panel", "settings", "page",
]

let package = Package(
  name: "lstm-train",
  platforms: [.macOS(.v26)],
  products: [
    .library(name: "RecurrentEngine", targets: ["RecurrentEngine"]),
    .executable(name: "lstm-train", targets: ["lstm-train"]),
    .executable(name: "lstm-sample", targets: ["lstm-sample"]),
    .executable(name: "lstm-inspect", targets: ["lstm-inspect"]),
    .executable(name: "lstm-score", targets: ["lstm-score"]),
    .executable(name: "lstm-export", targets: ["lstm-export"]),
    .executable(name: "lstm-study", targets: ["lstm-study"]),
    .executable(name: "lstm-bench", targets: ["lstm-bench"]),
  ],
  traits: [
    .trait(name: "MPI", description: "Train and score with several processes, on one node or many, through MPI.")
  ],
  targets: [
    .systemLibrary(name: "CPUIntrinsics"),
    // Of the trait alone: a system library is not compiled, so that a build without the trait needs no MPI.
    .systemLibrary(name: "CMPI", pkgConfig: mpiPackage),
    .target(name: "Checksums", dependencies: ["CPUIntrinsics"], swiftSettings: alwaysOptimized),
    .target(name: "RandomNumbers", swiftSettings: alwaysOptimized),
    .target(name: "CLibrary", swiftSettings: strict),
    .target(name: "SystemCalls", dependencies: ["CLibrary"], swiftSettings: alwaysOptimized),
    .target(
      name: "MessagePassing", dependencies: ["SystemCalls", .target(name: "CMPI", condition: .when(traits: ["MPI"]))],
      swiftSettings: strict),
    .target(name: "Safetensors", dependencies: ["Checksums", "SystemCalls"], swiftSettings: alwaysOptimized),
    .target(
      name: "TextCorpus", dependencies: ["Checksums", "RandomNumbers", "SystemCalls"], swiftSettings: alwaysOptimized),
    .target(name: "RecurrentCells", swiftSettings: alwaysOptimized),
    .target(
      name: "KernelTemplates", dependencies: ["CPUIntrinsics", "RandomNumbers", "RecurrentCells"],
      swiftSettings: strict,
      // The templates' own copies, which are never called, are compiled for the baseline CPU and need `fmaf`.
      linkerSettings: [.linkedLibrary("m", .when(platforms: [.linux]))]),
    .target(name: "ReferenceModel", dependencies: ["RecurrentCells", "SystemCalls"], swiftSettings: alwaysOptimized),
    .target(
      name: "RecurrentModel",
      dependencies: [
        "CPUIntrinsics", "KernelTemplates", "MessagePassing", "RandomNumbers", "RecurrentCells", "SystemCalls",
      ] + kernelModules,
      swiftSettings: optimizedWithAssertions),
    .target(
      name: "RecurrentEngine",
      dependencies: [
        "Checksums", "KernelTemplates", "MessagePassing", "RandomNumbers", "RecurrentCells", "RecurrentModel",
        "Safetensors", "SystemCalls", "TextCorpus",
      ],
      swiftSettings: optimizedWithAssertions),
    .target(name: "CommandLineSupport", dependencies: ["SystemCalls"], swiftSettings: alwaysOptimized),
    .target(
      name: "GradientChecking",
      dependencies: ["KernelTemplates", "RecurrentEngine", "RecurrentModel", "ReferenceModel"],
      swiftSettings: optimizedWithAssertions),
    .target(name: "Plotting", dependencies: ["CommandLineSupport", "SystemCalls"], swiftSettings: strict),
    .target(
      name: "ToolSupport",
      dependencies: [
        "Checksums", "CommandLineSupport", "MessagePassing", "RecurrentEngine", "Safetensors", "SystemCalls",
      ],
      swiftSettings: strict),
    tool("lstm-train", using: ["Plotting"]),
    tool("lstm-sample"),
    tool("lstm-inspect", using: ["Plotting"]),
    tool("lstm-score"),
    tool("lstm-export", embedding: ["html", "css"].map { "Page/page.\($0)" } + scripts.map { "Page/\($0).js" }),
    tool("lstm-study", using: ["Checksums", "GradientChecking", "Plotting"]),
    tool("lstm-bench", using: ["KernelTemplates", "RecurrentModel"]),
    // Not a product: fuzzes the parsers of files and command lines.
    tool("lstm-fuzz", using: ["Checksums"]),
    example("first-steps"),
    example("name-generator"),
    example("next-character-suggester"),
    .testTarget(
      name: "CommandTests",
      dependencies: [
        "Checksums", "CommandLineSupport", "RecurrentEngine", "ReferenceModel", "Safetensors", "SystemCalls",
        "ToolSupport", "lstm-train", "lstm-sample", "lstm-score", "lstm-export", "lstm-inspect", "lstm-study",
        "lstm-bench",
        "lstm-fuzz", "first-steps", "name-generator", "next-character-suggester",
      ],
      swiftSettings: forTests),
    .testTarget(
      name: "CommandLineSupportTests", dependencies: ["CommandLineSupport", "SystemCalls"], swiftSettings: forTests),
    .testTarget(name: "PlottingTests", dependencies: ["Plotting"], swiftSettings: forTests),
    .testTarget(
      name: "ReferenceModelTests", dependencies: ["RecurrentCells", "ReferenceModel"],
      exclude: ["record-from-pytorch.py"],
      swiftSettings: forTests),
    .testTarget(
      name: "RecurrentEngineTests",
      dependencies: [
        "Checksums", "GradientChecking", "KernelTemplates", "MessagePassing", "RandomNumbers", "RecurrentEngine",
        "RecurrentModel",
        "ReferenceModel", "Safetensors", "SystemCalls", "TextCorpus", "lstm-fuzz",
      ],
      exclude: ["Recordings"], swiftSettings: forOptimizedTests),
  ] + kernelTargets
)
