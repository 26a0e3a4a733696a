import Foundation
import RecurrentEngine
import Testing

@testable import lstm_study

/// Tests of completion in shells.
struct ShellCompletionTests {
  private func makeFolder() throws -> WorkFolder {
    let folder = try WorkFolder()
    try folder.write("", to: "my text.txt")
    return folder
  }

  /// Returns the completions of the last of these words, as bash requests them.
  private func offers(_ tool: BuiltTool, _ words: String...) throws -> [String] {
    let words = ([tool.rawValue] + words).map { "'\($0)'" }.joined(separator: " ")
    let outcome = try makeFolder().bash(
      """
      eval "$(\(tool.rawValue) --completions bash)"
      COMP_WORDS=(\(words)) COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
      $(complete -p \(tool.rawValue) | sed 's/.*-F \\([^ ]*\\).*/\\1/')
      printf '%s\\n' "${COMPREPLY[@]}"
      """)
    #expect(outcome.status == 0 && outcome.error.isEmpty, "\(outcome.error)")
    return outcome.output.split(separator: "\n").map(String.init)
  }

  @Test(arguments: BuiltTool.products)
  func bashOffersEveryOptionAndChoice(tool: BuiltTool) throws {
    let options = OptionTests.cases.filter { $0.tool == tool }
    #expect(try Set(offers(tool, "--")) == Set(options.map(\.name).filter { $0.hasPrefix("--") }))
    #expect(try Set(offers(tool, "-")) == Set(options.map(\.name)))
    let withValues = options.filter { $0.value != nil }
    try #require(!withValues.isEmpty)
    for option in withValues {
      let choices = try #require(option.value).isPath ? ["my text.txt"] : option.value?.choices
      #expect(try offers(tool, option.name, "") == choices, "\(option)")
      #expect(try offers(tool, option.name, "=", "") == choices, "\(option)")
    }
  }

  @Test(arguments: BuiltTool.products)
  func bashOffersOperands(tool: BuiltTool) throws {
    let all = tool == .bench ? ["kernels", "training", "generation", "loading"] : ["my text.txt"]
    #expect(try offers(tool, "") == all)
    #expect(try offers(tool, "--", "") == all)
    #expect(try offers(tool, all[0], "") == all)
    #expect(try offers(tool, all[0].prefix(2).description) == [all[0]])
    #expect(try offers(tool, "--", "--") == [])
  }

  @Test func bashOffersCommands() throws {
    let commands = studyTool.commands.map(\.name)
    #expect(try offers(.study, "").prefix(commands.count) == commands[...])
    #expect(try offers(.study, "me") == ["memory"])
    #expect(try offers(.study, "--man") == ["--manual"])
    for command in commands {
      let options = OptionTests.cases.filter { $0.command == command }
      #expect(try Set(offers(.study, command, "-")) == Set(options.map(\.name)))
    }
    #expect(try offers(.study, "memory", "--chunks", "") == [])
    #expect(try offers(.study, "compare", "--by", "") == ["parameters", "hidden", "time"])
    #expect(try offers(.study, "compare", "my") == ["my text.txt"])
  }

  @Test func bashSplitsAtEqualsSigns() throws {
    #expect(try offers(.train, "--cell", "=", "g") == ["gru"])
    #expect(try offers(.train, "--cell", "=") == RecurrentCell.Kind.allCases.map(\.rawValue))
    #expect(try offers(.train, "--cell", "gru", "--hid") == ["--hidden", "--hidden-size"])
    #expect(try offers(.train, "--quiet", "my") == ["my text.txt"])
  }

  private static let keys: [(tool: BuiltTool, typed: String, ran: String)] = [
    (.train, "--cell g\t--hidden-s\t3 --checkpoint my\t", "<--cell><gru><--hidden-size><3><--checkpoint><my text.txt>"),
    (.train, "--cell=g\tmy\t", "<--cell=gru><my text.txt>"),
    (.sample, "--unk\tn\tmy\t--no\t", "<--unknown><nearest><my text.txt><--no-echo>"),
    (.score, "my\tmy\t--per-l\t--inv\tre\t", "<my text.txt><my text.txt><--per-line><--invalid><replace>"),
    (.inspect, "--cu\tmy\t--x e\t-o my\t", "<--curve><my text.txt><--x><epoch><-o><my text.txt>"),
    (.bench, "tr\t--opt\ts\tgen\t", "<training><--optimizer><sgd><generation>"),
  ]

  /// Bash reads keys only from a terminal, which `script` provides.
  @Test(.enabled(if: FileManager.default.fileExists(atPath: "/usr/bin/script") && isLinux))
  func keysInARealTerminal() throws {
    let folder = try makeFolder()
    var lines = ["bind 'set bell-style none'; bind 'set enable-bracketed-paste off'"]
    for tool in BuiltTool.products.map(\.rawValue) {
      lines.append("eval \"$(\(tool) --completions bash)\"; \(tool)() { printf '<%s>' \"$@\" >> ran; echo >> ran; }")
    }
    lines += Self.keys.map { "\($0.tool.rawValue) \($0.typed)" } + ["exit", ""]
    try folder.write(lines.joined(separator: "\n"), to: "keys")
    let outcome = try folder.bash(
      "script -qec 'bash --norc --noprofile -i' /dev/null < keys", environment: ["TERM": "dumb"])
    #expect(outcome.status == 0, "\(outcome.error)")
    let ran = try folder.text(of: "ran").split(separator: "\n").map(String.init)
    #expect(ran == Self.keys.map(\.ran), "\(outcome.output)")
  }

  @Test(.enabled(if: hasTool("fish")))
  func fishCompletes() throws {
    func offers(_ line: String) throws -> [String] {
      let outcome = try makeFolder().bash(
        """
        fish --no-config -c '
        for tool in lstm-train lstm-study lstm-bench; $tool --completions fish | source; end
        complete -C "\(line)"'
        """)
      #expect(outcome.status == 0, "\(outcome.error)")
      return outcome.output.split(separator: "\n").map { String($0.prefix { $0 != "\t" }) }
    }
    #expect(try offers("lstm-train --cell ") == RecurrentCell.Kind.allCases.map(\.rawValue))
    #expect(try offers("lstm-train --cell=g") == ["--cell=gru"])
    #expect(try offers("lstm-train --hid") == ["--hidden", "--hidden-size"])
    #expect(try offers("lstm-train my") == ["my text.txt"])
    #expect(try offers("lstm-bench t") == ["training"])
    #expect(try offers("lstm-study g") == ["gradients"])
    #expect(try offers("lstm-study compare --by ") == ["parameters", "hidden", "time"])
    #expect(try offers("lstm-study memory --cells") == [])
  }

  /// Zsh reports errors in a specification only when a key is pressed.
  @Test(.enabled(if: hasTool("zsh")))
  func zshCompletes() throws {
    let folder = try makeFolder()
    let script = """
      zmodload zsh/zpty
      zpty shell zsh -f -i
      zpty -w shell 'unset zle_bracketed_paste; autoload -U compinit; compinit -u -D; stty cols 200'
      for tool in lstm-train lstm-study lstm-bench; do
        zpty -w shell "eval \\"\\$($tool --completions zsh)\\"; $tool() { printf '<%s>' \\"\\$@\\" >> ran; echo >> ran; }"
      done
      zpty -w shell $'lstm-train --cell g\\t--hidden-s\\t3 --checkpoint=my\\t'
      zpty -w shell $'lstm-train --cell=g\\tmy\\t'
      zpty -w shell $'lstm-bench tr\\t--opt\\ts\\tgen\\t'
      zpty -w shell $'lstm-study com\\t--ce\\tgru my\\t'
      zpty -w shell exit
      while zpty -r shell line; do print -rn -- "$line"; done
      """
    try folder.write(script, to: "script.zsh")
    let outcome = try folder.bash("zsh -f script.zsh", environment: ["TERM": "dumb"])
    let ran = try folder.text(of: "ran").split(separator: "\n").map(String.init)
    #expect(
      ran == [
        "<--cell><gru><--hidden-size=3><--checkpoint=my text.txt>", "<--cell=gru><my text.txt>",
        "<training><--optimizer=sgd><generation>", "<compare><--cells=gru><my text.txt>",
      ], "\(outcome.output)")
  }

  private static func hasTool(_ name: String) -> Bool {
    ["/usr/bin", "/bin", "/usr/local/bin", "/opt/homebrew/bin"].contains {
      FileManager.default.isExecutableFile(atPath: "\($0)/\(name)")
    }
  }
}
