import Foundation
import Testing

/// Tests of help and of the manual pages in windows of every width.
struct HelpWidthTests {
  private static let widths = [40, 60, 80, 200]

  @Test(arguments: BuiltTool.products)
  func helpFitsTheWindow(tool: BuiltTool) throws {
    let folder = try WorkFolder()
    func words(_ width: Int, _ topic: String...) throws -> [Substring] {
      let outcome = try folder.run(tool, ["--help"] + topic, environment: ["COLUMNS": "\(width)"])
      #expect(outcome.status == 0 && outcome.error.isEmpty)
      for line in outcome.output.split(separator: "\n") { #expect(line.count <= width, "\(line)") }
      // A backslash that continues an example is not a word of it.
      return outcome.output.split { " \n".contains($0) }.filter { $0 != "\\" }
    }
    for width in Self.widths { #expect(try words(width) == words(100), "nothing is cut") }
    for option in OptionTests.cases where option.tool == tool {
      #expect(try words(40, option.name) == words(200, option.name), "\(option)")
    }
  }

  /// The width of the terminal takes precedence over `COLUMNS`.
  @Test(.enabled(if: FileManager.default.fileExists(atPath: "/usr/bin/script") && isLinux), arguments: widths)
  func helpFitsARealTerminal(width: Int) throws {
    let folder = try WorkFolder()
    for tool in BuiltTool.products {
      let outcome = try folder.bash(
        "script -qec 'stty cols \(width); \(tool.rawValue) --help' /dev/null", environment: ["COLUMNS": "90"])
      #expect(outcome.status == 0)
      let expected = try folder.run(tool, ["--help"], environment: ["COLUMNS": "\(width)"])
      #expect(outcome.output.replacing("\r\n", with: "\n") == expected.output)
    }
  }

  /// Some systems have only a placeholder for `man`, and only the `man` of man-db reports errors in a page.
  private static let hasManualReader =
    isLinux && (try? WorkFolder().bash("man --version").output.hasPrefix("man 2")) == true

  @Test(.enabled(if: hasManualReader), arguments: BuiltTool.products)
  func theManualPageHasNoFaults(tool: BuiltTool) throws {
    let folder = try WorkFolder()
    for width in ["60", "80", "120"] {
      let script = "\(tool.rawValue) --manual > page.1 && man --warnings=all -l page.1"
      let outcome = try folder.bash(script, environment: ["MANWIDTH": width, "LC_ALL": "C"])
      #expect(outcome.status == 0)
      #expect(outcome.error == "")
      for heading in ["NAME", "SYNOPSIS", "DESCRIPTION", "OPTIONS", "EXAMPLES", "EXIT STATUS"] {
        #expect(outcome.output.split(separator: "\n").contains(heading[...]), "\(heading)")
      }
    }
  }
}

/// Whether `script` has its Linux options and `man` uses groff.
let isLinux: Bool = {
  #if os(Linux)
  true
  #else
  false
  #endif
}()
