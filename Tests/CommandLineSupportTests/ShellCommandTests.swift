import CommandLineSupport
import Foundation
import Testing

@Suite struct ShellCommandTests {
  private static let arguments = [
    "--cell", "gru", "-5", "1e-07", "", "two words", "it's", "'", "'\u{301}; exit 3", "a\\b", "$HOME", "`id`", "*", "~",
    "#", "a;b", "a&b", "(", "\"", "é漢🙂", "!x", "a=b", "tab\there", "line\nfeed \r'q\\", "\u{A0}x", "a \u{301}b",
    "\u{202E}abc", "\u{2028}", "é\u{7F}",
  ]

  /// The arguments as a real shell parses them.
  private func words(of command: String) throws -> [String] {
    let process = Process()
    process.executableURL = URL(filePath: "/bin/bash")
    process.arguments = ["-c", "for word in \(command); do printf '%s\\0' \"$word\"; done"]
    let pipe = Pipe()
    process.standardOutput = pipe
    try process.run()
    let bytes = try #require(try pipe.fileHandleForReading.readToEnd())
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
    return bytes.split(separator: 0, omittingEmptySubsequences: false).dropLast().map {
      String(decoding: $0, as: UTF8.self)
    }
  }

  @Test func aShellReadsTheSameArguments() throws {
    for isASCII in [false, true] {
      let command = ShellCommand.text(Self.arguments, isASCII: isASCII)
      #expect(try words(of: command).map { Array($0.utf8) } == Self.arguments.map { Array($0.utf8) })
      // Control characters are written as escape sequences.
      #expect(TerminalText.escaped(command) == command && (!isASCII || TerminalText.ascii(command) == command))
    }
  }

  @Test func namesOfFilesAreNoOptions() throws {
    #expect(ShellCommand.text(["a"], files: ["-", "b"]) == "a - b")
    #expect(ShellCommand.text(["a"], files: ["b", "-c", "-"]) == "a -- b -c -")
  }

  @Test func whatIsPlainIsNotQuoted() {
    #expect(
      ShellCommand.text(["lstm-train", "--clip", "0.5", "a/b.txt", "a b"]) == "lstm-train --clip 0.5 a/b.txt 'a b'")
  }

  @Test(arguments: [1, 12, 20, 40, 1000]) func aShellReadsTheSameWhereverItIsBroken(width: Int) throws {
    let lines = ShellCommand.wrapped(
      ShellCommand.text(Self.arguments), width: width, indent: 2, hangingIndent: 4)
    #expect(lines.first?.hasPrefix("  --cell") == true)
    #expect(lines.dropFirst().allSatisfy { $0.hasPrefix("    ") && !$0.hasPrefix("     ") })
    let longest = try #require(Self.arguments.map { ShellCommand.text([$0]).count }.max())
    #expect(lines.allSatisfy { $0.count <= max(width, longest + "    ".count + " \\".count) })
    #expect(lines.count == 1 || width < 1000)
    #expect(try words(of: lines.joined(separator: "\n")) == Self.arguments)
  }

  @Test func anEscapedSpaceIsNoBreak() {
    #expect(ShellCommand.wrapped("cat a\\ b ccc\\\\ d", width: 8) == ["cat \\", "a\\ b \\", "ccc\\\\ \\", "d"])
  }
}
