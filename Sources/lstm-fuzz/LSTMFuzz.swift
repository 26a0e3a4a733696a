internal import CommandLineSupport
internal import SystemCalls
internal import ToolSupport

#if canImport(FoundationEssentials)
internal import FoundationEssentials
#else
internal import Foundation
#endif

@main
enum LSTMFuzz {
  /// Time limit of a check; a longer check counts as a hang.
  private static let longestCheck = Duration.seconds(5)

  static func main() {
    Tool.run(fuzzCommand) { options, operands, _ in
      guard let parser = operands.first.flatMap(FuzzedParser.init), operands.count == 1 else {
        throw UsageError.operands("give one of \(FuzzedParser.allCases.map(\.rawValue).joined(separator: ", "))")
      }
      return try run(try target(parser), options)
    }
  }

  private static func target(_ parser: FuzzedParser) throws -> any FuzzTarget {
    switch parser {
    case .checkpoint: try CheckpointTarget()
    case .options: OptionsTarget(command: fuzzCommand)
    case .utf8: TextTarget()
    }
  }

  private static func run(_ target: any FuzzTarget, _ options: FuzzOptions) throws -> ExitStatus {
    var fuzzer = Fuzzer(target, seed: options.seed, seeds: try options.seedFolder.map(files) ?? [])
    let inputFile = try InputFile(path: options.inputFile)
    let clock = ContinuousClock()
    let end = clock.now + .seconds(options.seconds)
    while clock.now < end, fuzzer.checkedCount < options.inputCount ?? .max {
      let input = fuzzer.makeInput()
      // After a crash, only this file identifies the input.
      try inputFile.write(input)
      let start = ResourceUsage.processorTime
      do throws(Finding) {
        try fuzzer.check(input)
      } catch {
        throw ToolError(.internalError, "\(error.description); the input is in \(options.inputFile)")
      }
      let time = ResourceUsage.processorTime - start
      if time > longestCheck {
        throw ToolError(.internalError, "an input takes \(time); it is in \(options.inputFile)")
      }
    }
    inputFile.remove()
    if !options.isQuiet {
      try OutputDescriptor.standardOutput.write(
        "\(fuzzer.checkedCount) inputs, \(fuzzer.outcomes.count) different outcomes, nothing found\n")
    }
    return .ok
  }

  /// Returns the contents of all files in a folder, sorted by name.
  private static func files(of folder: String) throws -> [[UInt8]] {
    do {
      let names = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
      return try names.map { [UInt8](try Data(contentsOf: URL(filePath: "\(folder)/\($0)"))) }
    } catch {
      throw ToolError(.cannotOpenInput, "\(folder): cannot read the seeds; give a folder of files")
    }
  }
}
