import Foundation
import Testing

/// Tests of lists with the names of texts.
struct FileListTests {
  private func makeFolder() throws -> WorkFolder {
    let folder = try WorkFolder()
    let lines = TinyTraining.text.split(separator: "\n").map { "\($0)\n" }
    for (index, name) in ["a.txt", "b c.txt", "-d.txt"].enumerated() {
      try folder.write(lines[20 * index..<20 * index + 20].joined(), to: name)
    }
    return folder
  }

  @Test func theTextsOfAListFollowThoseOfTheCommandLine() throws {
    let folder = try makeFolder()
    try folder.train([], texts: ["a.txt", "b c.txt", "./-d.txt"]).expectSuccess()
    let expected = try folder.bytes(of: "checkpoint.bin")
    try folder.write("b c.txt\n\n-d.txt\n", to: "list")
    try folder.train(["--overwrite", "--files-from", "list"], texts: ["a.txt"]).expectSuccess()
    #expect(try folder.bytes(of: "checkpoint.bin") == expected)
    try folder.write("a.txt\0b c.txt\0-d.txt", to: "list0")
    let options = TinyTraining.options.joined(separator: " ")
    _ = try folder.bash("lstm-train \(options) --overwrite -0 --files-from - < list0").expectSuccess()
    #expect(try folder.bytes(of: "checkpoint.bin") == expected)

    let named = try folder.score(["a.txt", "b c.txt", "./-d.txt"]).expectSuccess().output
    let listed = try folder.score(["--files-from", "list", "a.txt"]).expectSuccess().output
    #expect(listed == named.replacing("./-d.txt", with: "-d.txt"))
    #expect(try folder.score(["--null", "--files-from", "list0"]).expectSuccess().output == listed)
    try folder.write("a.txt\n", to: "one")
    #expect(try folder.rows(["--per-line", "--files-from", "one"]) == folder.rows(["--per-line", "a.txt"]))
  }

  @Test func errorsNameTheListAndTheLine() throws {
    let folder = try makeFolder()
    try folder.train([], texts: ["a.txt"]).expectSuccess()
    try folder.makeFolder("folder")
    let missing = "cannot open (No such file or directory); check the path"
    for (list, error, status) in [
      ("a.txt\n\nmissing.txt\n", "list: line 3: missing.txt: \(missing)", Int32(66)),
      ("folder\n", "list: line 1: folder: is a directory; name the files in it", 66),
      ("", "no text; name at least one file, or - for standard input", 65),
    ] {
      try folder.write(list, to: "list")
      try folder.score(["--files-from", "list"]).expect(status: status, error: "lstm-score: \(error)\n")
      guard !list.isEmpty else { continue }
      try folder.train(["--files-from", "list"], texts: ["a.txt"]).expect(
        status: status, error: "lstm-train: \(error)\n")
    }
    try folder.write(Data("a.txt\0caf".utf8) + [0xE9, 0], to: "list")
    try folder.score(["-0", "--files-from", "list"]).expect(
      status: 65, error: "lstm-score: list: name 2: a name that is not valid UTF-8; rename the file\n")
    try folder.score(["--files-from", "missing"]).expect(status: 66, error: "lstm-score: missing: \(missing)\n")
    try folder.score(["--files-from", "-", "-"]).expect(
      status: 64,
      error: "lstm-score: --files-from - and the text - both read standard input; give a file for one of them\n")
    try folder.train(["--files-from", "/dev/null"], texts: []).expect(
      status: 64, error: "lstm-train: give at least one text file, or - for standard input\n")
  }
}
