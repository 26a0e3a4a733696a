import CommandLineSupport
import Foundation
import Testing

private struct Flags: Equatable {
  var count = 3
  var isLoud = false
}

private typealias Option = OptionDefinition<Flags>

private let countOption = Option("--count", sets: \.count, as: .integer(in: 1...9), group: "Work", help: "repetitions")

private let tool = ToolDefinition(
  name: "zoo", summary: "Looks after animals.", version: "1.2.3",
  commands: [
    ToolCommand(
      CommandDefinition(
        name: "zoo feed", summary: "Feeds the animals. Twice a day is enough.", operands: "animal ...",
        version: "1.2.3",
        defaults: Flags(), options: [countOption], examples: ["zoo feed --count 2 bear"])
    ) { flags, operands, _ in flags.count == 2 && operands == ["bear"] ? .terminated : .ok },
    ToolCommand(
      CommandDefinition(
        name: "zoo clean-cage", summary: "Cleans a cage.", operands: "", version: "1.2.3", defaults: Flags(),
        options: [Option("--loud", sets: \.isLoud, group: "Work", help: "wake everybody")])
    ) { _, _, _ in throw ToolError(.inputOutput, "no broom") },
  ],
  examples: ["zoo feed bear"]
)

@Suite struct ToolDefinitionTests {
  @Test func aCommandGetsItsOptionsAndOperands() async {
    await #expect(processExitsWith: .exitCode(143)) { Tool.run(tool, arguments: ["feed", "--count", "2", "bear"]) }
  }

  @Test func helpListsTheCommands() {
    #expect(
      tool.helpText(width: 70) == """
        Usage: zoo COMMAND [options] ...

        Looks after animals. Each command has its own --help.

        Commands
          feed        feeds the animals
          clean-cage  cleans a cage

        General
          --help, -h          list all options, with -h the most common ones;
                              --help OPTION explains one
          --version           show the version and exit
          --completions NAME  print completions for a shell and exit (bash,
                              zsh, fish)
          --manual            print the manual page and exit

        Examples
          zoo feed bear

        """)
  }

  @Test func bashCompletesCommandsAndTheirOptions() throws {
    #expect(try bash("zoo", "") == ["feed", "clean-cage"] + general)
    #expect(try bash("zoo", "cl") == ["clean-cage"])
    #expect(try bash("zoo", "feed", "--") == ["--count"] + general.filter { $0 != "-h" })
    #expect(try bash("zoo", "clean-cage", "--lo") == ["--loud"])
    #expect(try bash("zoo", "--completions", "z") == ["zsh"])
    #expect(try bash("zoo", "sing", "--") == [])
  }

  @Test func fishLinesAreOfOneCommandEach() {
    let lines = tool.completions(for: .fish).split(separator: "\n")
    #expect(lines.contains("complete -c zoo -n __fish_use_subcommand -f -a feed -d 'feeds the animals'"))
    #expect(lines.contains("complete -c zoo -n '__fish_seen_subcommand_from feed' -l count -x -d 'repetitions'"))
    #expect(lines.count { $0.contains("-l version") } == 3)
  }

  private let general = ["--help", "-h", "--version", "--completions", "--manual"]

  private func bash(_ words: String...) throws -> [String] {
    let process = Process()
    process.executableURL = URL(filePath: "/bin/bash")
    process.arguments = [
      "-c",
      """
      \(tool.completions(for: .bash))
      COMP_WORDS=(\(words.map { "'\($0)'" }.joined(separator: " "))) COMP_CWORD=\(words.count - 1)
      _zoo
      printf '%s\\n' "${COMPREPLY[@]}"
      """,
    ]
    let pipe = Pipe()
    process.standardOutput = pipe
    try process.run()
    let output = try pipe.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    return String(decoding: output, as: UTF8.self).split(separator: "\n").map(String.init)
  }

  private func text(_ bytes: [UInt8]?) -> String {
    bytes.map { String(decoding: $0, as: UTF8.self) } ?? "nothing was observed"
  }
}

// In Swift 6.2, the body of an exit test can capture no values.
#if compiler(>=6.3)
extension ToolDefinitionTests {
  @Test(arguments: [
    (["clean-cage"], 74, "no broom"),
    (["clean-cgae"], 64, "unknown command 'clean-cgae'; did you mean 'clean-cage'?"),
    (["xyzzy", "--count"], 64, "unknown command 'xyzzy'; see 'zoo --help'"),
    ([], 64, "give a command: feed, clean-cage"),
    (["feed", "--xyzzy"], 64, "unknown option '--xyzzy'; see 'zoo feed --help'"),
    (["feed", "--loud"], 64, "unknown option '--loud'; see 'zoo feed --help'"),
    (["--verison"], 64, "unknown option '--verison'; did you mean '--version'?"),
  ])
  func errorsNameTheTool(arguments: [String], status: Int32, message: String) async {
    let result = await #expect(processExitsWith: .exitCode(status), observing: [\.standardErrorContent]) {
      [arguments] in
      Tool.run(tool, arguments: arguments)
    }
    #expect(text(result?.standardErrorContent) == "zoo: \(message)\n")
  }

  @Test func helpOfACommand() async {
    for arguments in [["feed", "--help"], ["--help", "feed"]] {
      let output = await output(of: arguments)
      #expect(output.hasPrefix("Usage: zoo feed [options] animal ...\n\nFeeds the animals. Twice a day is enough.\n"))
      #expect(output.contains("--count N") && !output.contains("--loud"))
    }
    for arguments in [["feed", "-h"], ["-h", "feed"]] {
      #expect(
        await output(of: arguments) == """
          Usage: zoo feed [options] animal ...
          Feeds the animals.

            --count N  repetitions (default: 3)

          Examples
            zoo feed --count 2 bear

          zoo feed --help lists all options; --help OPTION explains one.

          """)
    }
    #expect(await output(of: ["-h"]).hasSuffix("\n\nzoo COMMAND -h shows the options of a command.\n"))
    #expect(await output(of: ["feed", "--help", "count"]).hasPrefix("--count N\n"))
    #expect(await output(of: ["--help", "manual"]).hasPrefix("--manual\n"))
    #expect(await output(of: ["--help"]).hasPrefix("Usage: zoo COMMAND"))
  }

  @Test func versionAndCompletionsAreTheTools() async {
    for command in [[], ["feed"]] {
      #expect(await output(of: command + ["--version"]) == "zoo 1.2.3\n")
      #expect(await output(of: command + ["--completions", "zsh"]) == tool.completions(for: .zsh))
    }
  }

  @Test func manualPages() async {
    let whole = await output(of: ["--manual"])
    #expect(whole.hasPrefix(#".TH ZOO 1 "" "zoo 1.2.3" """# + "\n.SH NAME\nzoo \\- looks after animals\n"))
    for line in [
      ".SH FEED", ".SH CLEAN\\-CAGE", "\\fB\\-\\-loud\\fR", "zoo feed \\-\\-count 2 bear", ".SH EXIT STATUS",
    ] {
      #expect(whole.split(separator: "\n").contains(line[...]), "\(line)")
    }
    #expect(whole.split(separator: "\n").count { $0.contains("\\-\\-manual") } == 2, "its own entry and its details")
    let own = await output(of: ["feed", "--manual"])
    #expect(own.contains(#".TH ZOO\-FEED 1"#) && own.contains(".B zoo feed\n") && !own.contains("loud"))
  }

  private func output(of arguments: [String]) async -> String {
    let result = await #expect(processExitsWith: .success, observing: [\.standardOutputContent]) {
      [arguments] in
      Tool.run(tool, arguments: arguments)
    }
    return text(result?.standardOutputContent)
  }
}
#endif
