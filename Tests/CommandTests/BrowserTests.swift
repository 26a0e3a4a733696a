import Foundation
import Testing

/// A browser on this machine, which runs pages without a window.
enum Browser {
  static let isRequired = ProcessInfo.processInfo.environment["REQUIRE_BROWSER"] != nil

  static let path: String? = {
    let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":") + ["/usr/bin"]
    let names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"]
    return folders.lazy.flatMap { folder in names.map { "\(folder)/\($0)" } }
      .first(where: FileManager.default.isExecutableFile)
  }()
}

/// Tests of the web page in a real browser: it must write the same text as `lstm-sample`.
///
/// They are skipped where there is no browser, unless the environment has `REQUIRE_BROWSER`.
@Suite(.enabled(if: Browser.path != nil || Browser.isRequired, "needs Chromium, such as Debian's package"), .serialized)
struct BrowserTests {
  static let models = [
    ["--cell", "lstm"], ["--peepholes", "--forget-gate", "coupled"], ["--forget-gate", "off"],
    ["--cell", "lstm", "--layer-norm"], ["--cell", "gru"], ["--cell", "gru", "--gru-reset", "after"],
    ["--cell", "gru", "--layer-norm", "--gru-reset", "after"], ["--cell", "mgu"], ["--cell", "mgu", "--layer-norm"],
    ["--cell", "rnn"], ["--cell", "rnn", "--activation", "relu"], ["--connection", "residual"],
    ["--connection", "leaky", "--leak", "0.4"], ["--connection", "highway"], ["--connection", "gated"],
    ["--embedding", "10"], ["--cell", "gru", "--embedding", "20", "--tie"], ["--unit", "byte"],
    ["--min-count", "100"],
  ]

  @Test(arguments: models)
  func writesTheSameText(options: [String]) throws {
    let folder = try WorkFolder()
    try folder.train(["--hidden", "20", "--layers", "2"] + options).expectSuccess()
    try folder.run(.export, ["-o", "small.bin", "--page", "page.html", "checkpoint.bin"]).expectSuccess()
    for (sampling, fragment) in [
      (["--temperature", "0"], "temperature=0"), (["--seed", "7"], "seed=7&temperature=1"),
      (
        ["--seed", "8", "--temperature", "0.8", "--top-p", "0.9", "--prime", "the sea"],
        "seed=8&temperature=0.8&top_p=0.9&prompt=the%20sea"
      ),
    ] {
      let expected = try folder.run(.sample, ["--length", "5000", "--no-echo"] + sampling + ["small.bin"])
      let page = try dump(folder, "length=5000&write=now&\(fragment)")
      #expect(try generated(in: page) == expected.expectSuccess().output, "\(fragment)")
    }
  }

  /// The page writes a record as `lstm-sample` does, without the separator after it.
  @Test(arguments: ["character", "byte"])
  func writesRecords(unit: String) throws {
    let folder = try WorkFolder()
    let separator = "sea tide the and rose wind"
    try folder.train("--records", separator, "--unit", unit, "--epochs", "10").expectSuccess()
    try folder.run(.export, ["-o", "small.bin", "--page", "page.html", "checkpoint.bin"]).expectSuccess()
    let expected = try folder.run(.sample, ["--seed", "7", "--length", "5000", "small.bin"]).expectSuccess().output
    let page = try dump(folder, "length=5000&write=now&seed=7&temperature=1")
    #expect(try generated(in: page) + "\n\(separator)\n" == expected)
    #expect(page.contains("each text is one record"))
  }

  private func dump(_ folder: WorkFolder, _ fragment: String) throws -> String {
    let browser = try #require(Browser.path)
    let arguments = [
      "--headless", "--no-sandbox", "--disable-gpu", "--user-data-dir=\(folder.path(of: "browser"))", "--dump-dom",
      "file://\(folder.path(of: "page.html"))#\(fragment)",
    ]
    return try folder.run(browser, arguments).expectSuccess().output
  }

  private func generated(in page: String) throws -> String {
    let element = try #require(page.firstMatch(of: #/(?s)<pre id="generated"[^>]*>(.*?)<\/pre>/#))
    return String(element.1).replacing("&lt;", with: "<").replacing("&gt;", with: ">").replacing("&amp;", with: "&")
  }
}
