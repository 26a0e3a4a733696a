import Foundation
import Testing

@testable import lstm_study

/// Tests of the help of `lstm-study` and of its commands.
struct StudyCommandTests {
  private static let commands = studyTool.commands.map(\.name)

  @Test func helpListsEachCommandInALine() throws {
    let help = try WorkFolder().run(.study, ["--help"]).expectSuccess().output
    let lines = help.split(separator: "\n")
    #expect(lines.first == "Usage: lstm-study COMMAND [options] ...")
    for command in Self.commands { #expect(lines.count { $0.hasPrefix("  \(command)  ") } == 1) }
    #expect(lines.drop { $0 != "Commands" }.prefix { $0 != "General" }.count == 1 + Self.commands.count)
  }

  @Test(arguments: commands, [40, 80, 200])
  func helpOfACommandHasItsOptionsAndFitsTheWindow(command: String, width: Int) throws {
    let folder = try WorkFolder()
    let environment = ["COLUMNS": "\(width)"]
    let help = try folder.run(.study, [command, "--help"], environment: environment).expectSuccess().output
    #expect(help.hasPrefix("Usage: lstm-study \(command)"))
    #expect(help.split(separator: "\n").allSatisfy { $0.count <= width })
    let words = Set(help.split { " ,\n".contains($0) })
    let options = OptionTests.cases.filter { $0.command == command }
    for option in options { #expect(words.contains(option.name[...]), "\(option)") }
    let longOptions = Set(words.filter { $0.wholeMatch(of: /--[a-z][a-z-]+/) != nil })
    #expect(longOptions.subtracting(OptionTests.cases.map { $0.name[...] }).isEmpty)
    for option in options {
      let outcome = try folder.run(.study, [command, "--help", option.name], environment: environment)
      #expect(outcome.expectSuccess().output.hasPrefix(option.primaryName))
    }
  }

  @Test func everyOptionIsInManualAndCompletions() throws {
    let folder = try WorkFolder()
    let manual = try folder.run(.study, ["--manual"]).expectSuccess().output
    let zsh = try folder.run(.study, ["--completions", "zsh"]).expectSuccess().output
    let fish = try folder.run(.study, ["--completions", "fish"]).expectSuccess().output
    for option in OptionTests.cases where option.tool == .study {
      #expect(manual.contains(option.name.replacing("-", with: "\\-")), "\(option)")
      #expect(zsh.contains(option.name), "\(option)")
      let name = option.name.hasPrefix("--") ? "-l \(option.name.dropFirst(2)) " : "-s \(option.name.dropFirst()) "
      let condition = "'__fish_seen_subcommand_from \(option.command ?? "")'"
      #expect(fish.split(separator: "\n").contains { $0.contains(condition) && $0.contains(name) }, "\(option)")
    }
  }

  @Test(arguments: [
    (["comapre"], "unknown command 'comapre'; did you mean 'compare'?"),
    (["--help", "comapre"], "unknown command 'comapre'; did you mean 'compare'?"),
    (["--help", "xyzzy"], "unknown command 'xyzzy'; see 'lstm-study --help'"),
    (["compare", "--help", "xyzzy"], "unknown option 'xyzzy'; see 'lstm-study compare --help'"),
    (["xyzzy"], "unknown command 'xyzzy'; see 'lstm-study --help'"),
    ([], "give a command: compare, options, learning-rate, memory, gradients, overfit, verify"),
    (["compare"], "give at least one text file, or - for standard input"),
    (["overfit", "--hiden", "3"], "unknown option '--hiden'; did you mean '--hidden'?"),
  ])
  func wrongCommandLines(arguments: [String], message: String) throws {
    try WorkFolder().run(.study, arguments).expect(status: 64, error: "lstm-study: \(message)\n")
  }

  @Test func version() throws {
    let version = try WorkFolder().run(.study, ["--version"]).expectSuccess().output
    #expect(version.wholeMatch(of: /lstm-study [0-9]+\.[0-9]+\.[0-9]+\n/) != nil)
    #expect(try WorkFolder().run(.study, ["memory", "--version"]).output == version)
  }

  private static let hasManualReader =
    isLinux && (try? WorkFolder().bash("man --version").output.hasPrefix("man 2")) == true

  @Test(.enabled(if: hasManualReader), arguments: [""] + commands)
  func theManualPageHasNoFaults(command: String) throws {
    let script = "lstm-study \(command) --manual > page.1 && man --warnings=all -l page.1"
    let outcome = try WorkFolder().bash(script, environment: ["MANWIDTH": "80", "LC_ALL": "C"])
    #expect(outcome.status == 0 && outcome.error == "")
    for heading in ["NAME", "SYNOPSIS", "DESCRIPTION", "OPTIONS", "EXAMPLES", "EXIT STATUS"] {
      #expect(outcome.output.split(separator: "\n").contains(heading[...]), "\(heading)")
    }
  }
}
