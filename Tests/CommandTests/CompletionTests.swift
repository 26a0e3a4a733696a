import Testing

/// Tests of the options in the help, the completions and the manual page of each tool.
struct CompletionTests {
  @Test(arguments: BuiltTool.products)
  func everyOptionIsEverywhere(tool: BuiltTool) throws {
    let folder = try WorkFolder()
    let names = OptionTests.cases.filter { $0.tool == tool }.map(\.name)
    #expect(names.count > 6)
    let requests = [
      ["--help"], ["--manual"], ["--completions", "bash"], ["--completions", "zsh"], ["--completions=fish"],
    ]
    for request in requests {
      let outcome = try folder.run(tool, request)
      #expect(outcome.status == 0 && outcome.error.isEmpty)
      for name in names {
        let written =
          switch request.last {
          case "--manual": name.replacing("-", with: "\\-")
          case "--completions=fish": name.hasPrefix("--") ? "-l \(name.dropFirst(2)) " : "-s \(name.dropFirst()) "
          default: name
          }
        #expect(outcome.output.contains(written), "\(name) in \(request)")
      }
    }
  }

  @Test func helpOnOneOption() throws {
    let folder = try WorkFolder()
    for request in [["--help", "clip"], ["--help", "--grad-clip"], ["--help=clip"], ["-h", "clip"]] {
      let outcome = try folder.run(.train, request)
      #expect(outcome.status == 0 && outcome.error.isEmpty)
      #expect(outcome.output.hasPrefix("--clip, --grad-clip NORM\n"))
      #expect(outcome.output.contains("Pascanu"))
    }
  }
}
