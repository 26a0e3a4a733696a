import Foundation
import RecurrentEngine
import Testing

/// Tests of smaller checkpoints and of the web page's file.
struct ExportTests {
  private static let models = [
    ["--cell", "lstm"], ["--cell", "gru"], ["--cell", "rnn"], ["--layer-norm", "--connection", "highway"],
    ["--cell", "gru", "--embedding", "24", "--hidden", "24", "--tie"],
  ]

  /// A different rounding would sooner or later change a text.
  @Test(arguments: models)
  func allKernelsGenerateTheSameText(options: [String]) throws {
    let folder = try WorkFolder()
    try folder.train(["--layers", "2"] + options).expectSuccess()
    try folder.run(.export, ["checkpoint.bin", "--weights", "int8", "--output", "small.bin"]).expectSuccess()
    let sampling = ["--seed", "3", "--length", "2000", "--top-p", "0.95", "small.bin"]
    let texts = try KernelSelection.availableNames.map { name in
      try folder.run(.sample, sampling, environment: [KernelSelection.environmentVariable: name]).expectSuccess().output
    }
    #expect(texts[0].utf8.count >= 2000 && Set(texts).count == 1)
    let several = try folder.run(.sample, ["--count", "3", "--separator", "|"] + sampling).expectSuccess().output
    #expect(several.hasPrefix(texts[0].dropLast().description))
  }

  @Test(arguments: models + [["--lines"], ["--unit", "byte"], ["--min-count", "100"]])
  func lossesAreNearThoseOfFloats(options: [String]) throws {
    let folder = try WorkFolder()
    try folder.train(["--layers", "2"] + options).expectSuccess()
    func nats(_ file: String) throws -> Double {
      try folder.run(.score, ["--json", file, "text.txt"]).expectSuccess().number(after: "\"nats_per_character\":")
    }
    let exact = try nats("checkpoint.bin")
    for (weights, tolerance) in [("int8", 0.01), ("bfloat16", 0.003)] {
      try folder.run(.export, ["-o", "small.bin", "--weights", weights, "checkpoint.bin"]).expectSuccess()
      let rounded = try nats("small.bin")
      #expect(rounded != exact && abs(rounded / exact - 1) < tolerance, "\(weights)")
    }
  }

  @Test func everyToolOpensASmallerCheckpoint() throws {
    let folder = try WorkFolder()
    try folder.train().expectSuccess()
    for weights in ["int8", "bfloat16"] {
      try folder.run(.export, ["--quiet", "-o", "small.bin", "--weights", weights, "checkpoint.bin"])
        .expect(status: 0, output: "", error: "")
      let listing = try folder.run(.inspect, ["small.bin"]).expectSuccess().output
      #expect(listing.contains("rnn.weight_hh_l0") && listing.contains(", \(weights) weights, format 2, "))
      #expect(!listing.contains("unknown"))
      try folder.run(.inspect, ["--activations", "text.txt", "--length", "50", "small.bin"]).expectSuccess()
      try folder.run(.inspect, ["--gradient-flow", "text.txt", "--lags", "3", "small.bin"]).expectSuccess()
      try folder.run(.score, ["--adapt", "auto", "small.bin", "text.txt"]).expectSuccess()
      try folder.run(.score, ["--with", "checkpoint.bin", "small.bin", "text.txt"]).expectSuccess()
      try folder.train("--init-from", "small.bin", "--checkpoint", "fine.bin").expectSuccess()
      try folder.run(.train, ["--resume", "small.bin", "text.txt"]).expect(
        status: 65,
        error: "lstm-train: small.bin: has no training state; resume from the file that ends in .last.bin, or start "
          + "a new run from it with --init-from\n")
    }
  }

  @Test func reportsTheSize() throws {
    let folder = try WorkFolder()
    try folder.train("--hidden", "128", "--epochs", "1").expectSuccess()
    let outcome = try folder.run(.export, ["-o", "small.bin", "checkpoint.bin"]).expectSuccess()
    #expect(
      outcome.error.wholeMatch(of: #/lstm-export: notice: small.bin: [0-9.]+ kB, 0\.[23][0-9] of checkpoint.bin\n/#)
        != nil,
      "\(outcome.error)")
  }

  @Test func thePageHasItsModels() throws {
    let folder = try WorkFolder()
    try folder.train().expectSuccess()
    try FileManager.default.copyItem(
      atPath: folder.path(of: "checkpoint.bin"), toPath: folder.path(of: "<!--<script>.bin"))
    try folder.run(.export, ["--page", "page.html", "checkpoint.bin", "<!--<script>.bin"]).expectSuccess()
    try folder.run(.export, ["-o", "small.bin", "checkpoint.bin"]).expectSuccess()
    let page = try folder.text(of: "page.html")
    for part in ["/* page.css */", "/* scripts */", "/* models */"] { #expect(!page.contains(part)) }
    // Nothing is loaded from anywhere.
    #expect(!page.contains(#/(src|href)="(?!data:)[^#]/#) && !page.contains("http:") && !page.contains("import("))
    #expect(page.matches(of: #/<\/script>/#).count == page.matches(of: #/<script/#).count)
    struct Model: Decodable {
      let name: String
      let data: Data
    }
    let json = try #require(page.firstMatch(of: #/(?s)<script type="application\/json" id="models">(.*?)<\/script>/#)).1
    let models = try JSONDecoder().decode([Model].self, from: Data(json.utf8))
    #expect(models.map(\.name) == ["checkpoint.bin", "<!--<script>.bin"])
    #expect(try models.allSatisfy { try $0.data == folder.bytes(of: "small.bin") })
  }

  /// Every run calls its model checkpoint.bin.
  @Test func modelsOfOneNameAreTheirPaths() throws {
    let folder = try WorkFolder()
    try folder.train().expectSuccess()
    try folder.makeFolder("other")
    try folder.write(folder.bytes(of: "checkpoint.bin"), to: "other/checkpoint.bin")
    try folder.run(.export, ["--page", "page.html", "checkpoint.bin", "other/checkpoint.bin"]).expectSuccess()
    let names = try folder.text(of: "page.html").matches(of: #/"name":"([^"]+)"/#).map { String($0.1) }
    #expect(names == ["checkpoint.bin", "other/checkpoint.bin"])
  }

  /// A smaller checkpoint, exported again or in a page, has the same weights, and so writes the same text.
  @Test func exportingAgainChangesNothing() throws {
    let folder = try WorkFolder()
    try folder.train("--cell", "gru", "--gru-reset", "after").expectSuccess()
    for weights in ["int8", "bfloat16"] {
      try folder.run(.export, ["-o", "once.bin", "--weights", weights, "checkpoint.bin"]).expectSuccess()
      try folder.run(.export, ["-o", "twice.bin", "--weights", weights, "once.bin"]).expectSuccess()
      #expect(try folder.bytes(of: "twice.bin") == folder.bytes(of: "once.bin"))
    }
  }

  @Test func mistakes() throws {
    let folder = try WorkFolder()
    try folder.train().expectSuccess()
    try folder.write("no model", to: "wrong.bin")
    let before = try folder.bytes(of: "checkpoint.bin")
    for (arguments, status, error): ([String], Int32, String) in [
      ([], 64, "give a checkpoint that lstm-train wrote"),
      (
        ["checkpoint.bin"], 64,
        "no output; give --output FILE for a smaller checkpoint, or --page FILE for a web page"
      ),
      (
        ["-o", "x.bin", "checkpoint.bin", "checkpoint.bin"], 64,
        "--output is for one checkpoint, but 2 were given; export one after the other"
      ),
      (
        ["-o", "checkpoint.bin", "checkpoint.bin"], 64,
        "--output would overwrite the checkpoint checkpoint.bin; choose another path"
      ),
      (
        ["-o", "x", "--page", "x", "checkpoint.bin"], 64,
        "--output and --page are the same file; choose another path for one of them"
      ),
      (
        ["-o", "x.bin", "missing.bin"], 66,
        "missing.bin: cannot open (No such file or directory); check the path"
      ),
      (
        ["-o", "x.bin", "wrong.bin"], 65,
        "wrong.bin: not a checkpoint (8 bytes are too short for one); give a file that lstm-train wrote"
      ),
      (
        ["-o", "missing/x.bin", "checkpoint.bin"], 73,
        "missing/x.bin: cannot create (No such file or directory); create its folder, or choose another path"
      ),
    ] {
      let outcome = try folder.run(.export, arguments)
      #expect(outcome.status == status && outcome.error == "lstm-export: \(error)\n", "\(outcome.error)")
    }
    #expect(try folder.bytes(of: "checkpoint.bin") == before)
  }
}

extension Outcome {
  /// The number that follows a text in the output.
  fileprivate func number(after text: String) throws -> Double {
    let start = try #require(output.range(of: text)).upperBound
    return try #require(Double(output[start...].drop { $0 == " " }.prefix { $0.isNumber || $0 == "." }))
  }
}
