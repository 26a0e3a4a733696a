import Foundation

/// A tool or an example of the package, run as a process.
enum BuiltTool: String, CaseIterable {
  case train = "lstm-train"
  case sample = "lstm-sample"
  case inspect = "lstm-inspect"
  case score = "lstm-score"
  case export = "lstm-export"
  case study = "lstm-study"
  case bench = "lstm-bench"
  case fuzz = "lstm-fuzz"

  case firstSteps = "first-steps"
  case nameGenerator = "name-generator"
  case nextCharacterSuggester = "next-character-suggester"

  /// The installed tools that have no commands.
  static let products: [BuiltTool] = [.train, .sample, .inspect, .score, .export, .bench]

  var path: String { Self.folder.appending(path: rawValue).path }

  /// The folder of the built tools, which is also that of the test bundle.
  static var folder: URL {
    #if canImport(Darwin)
    // Not the main bundle, which is that of the toolchain's program that runs tests.
    return Bundle(for: Token.self).bundleURL.deletingLastPathComponent()
    #else
    return Bundle.main.bundleURL
    #endif
  }

  /// A class of the test bundle.
  private final class Token {}
}

/// The exit status and the output of a process.
struct Outcome {
  var status: Int32
  var outputBytes: Data
  var errorBytes: Data

  var output: String { String(decoding: outputBytes, as: UTF8.self) }
  var error: String { String(decoding: errorBytes, as: UTF8.self) }
  var errorLines: [String] {
    error.split(separator: "\n", omittingEmptySubsequences: false).dropLast().map(String.init)
  }
}
