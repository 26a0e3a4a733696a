import Foundation
import Testing

/// Tests of `lstm-sample --requests` and `lstm-score --requests`.
struct RequestTests {
  /// An answer, decoded as in a user's script.
  private struct Answer: Decodable {
    enum ID: Decodable, Equatable {
      case number(Int)
      case text(String)

      init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        self = try (try? container.decode(Int.self)).map(ID.number) ?? .text(container.decode(String.self))
      }
    }

    var id: ID?
    var error: String?
    var text: String?
    var texts: [String]?
    var seed: UInt64?
    var logProbability: Double?
    var characters: Int?
    var nats: Nats?
    var probabilities: [Double]?

    enum Nats: Decodable {
      case one(Double)
      case many([Double])

      init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        self = try (try? container.decode(Double.self)).map(Nats.one) ?? .many(container.decode([Double].self))
      }
    }

    var total: Double? { if case .one(let value) = nats { value } else { nil } }
    var list: [Double]? { if case .many(let values) = nats { values } else { nil } }
  }

  private func makeFolder(_ options: String...) throws -> WorkFolder {
    let folder = try WorkFolder()
    try folder.train(options).expectSuccess()
    return folder
  }

  private func answers(
    _ tool: BuiltTool, _ requests: [String], _ options: [String] = [], in folder: WorkFolder
  ) throws -> [Answer] {
    try folder.write(requests.map { "\($0)\n" }.joined(), to: "requests")
    let outcome = try folder.run(tool, ["--requests"] + options + ["checkpoint.bin"], input: "requests").expectSuccess()
    #expect(outcome.error.isEmpty)
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    return try outcome.output.split(separator: "\n").map { try decoder.decode(Answer.self, from: Data($0.utf8)) }
  }

  // MARK: lstm-sample

  @Test func aRequestHasTheTextOfTheCommand() throws {
    let folder = try makeFolder()
    func text(_ options: String...) throws -> String {
      try folder.run(.sample, ["--no-echo"] + options + ["checkpoint.bin"]).expectSuccess().output
    }
    let found = try answers(
      .sample,
      [
        #"{"prompt": "the ", "seed": 3, "length": 40}"#,
        #"{"prompt": "the ", "seed": 3, "length": 40, "temperature": 0.5, "top_p": 0.8}"#,
        #"{"prompt": "wind", "seed": 4, "length": 40, "top_k": 3, "min_p": 0.05, "stop": "a"}"#,
        #"{"prompt": "wind", "temperature": 0}"#,
        #"{"prompt": "the ", "seed": 3, "length": 20, "count": 3}"#,
      ], ["--length", "30", "--repetition-penalty", "1.1"], in: folder)
    let penalty = ["--repetition-penalty", "1.1"]
    #expect(try found[0].text == text("--prime", "the ", "--seed", "3", "--length", "40", penalty[0], penalty[1]))
    #expect(
      try found[1].text
        == text(
          "--prime", "the ", "--seed", "3", "--length", "40", "--temperature", "0.5", "--top-p", "0.8", penalty[0],
          penalty[1]))
    #expect(
      try found[2].text
        == text(
          "--prime", "wind", "--seed", "4", "--length", "40", "--top-k", "3", "--min-p", "0.05", "--stop", "a",
          penalty[0], penalty[1]))
    #expect(
      try found[3].text == text("--prime", "wind", "--temperature", "0", "--length", "30", penalty[0], penalty[1]))
    let many = try text(
      "--prime", "the ", "--seed", "3", "--length", "20", "--count", "3", "--null", penalty[0], penalty[1])
    #expect(found[4].texts?.map { "\($0)\0" }.joined() == many)
    // A request without a seed names the one that repeats it.
    let seed = try #require(try answers(.sample, [#"{"length": 50}"#], in: folder)[0].seed)
    let pair = try answers(.sample, [#"{"length": 50, "seed": \#(seed)}"#, #"{"length": 50}"#], in: folder)
    #expect(pair[0].seed == seed && pair[1].seed != seed)
    #expect(try pair[0].text == folder.run(.sample, ["--length", "50", "--seed", "\(seed)", "checkpoint.bin"]).output)
  }

  @Test func aSessionContinuesItsText() throws {
    let folder = try makeFolder()
    let found = try answers(
      .sample,
      [
        #"{"session": "a", "prompt": "the ", "length": 10, "seed": 1}"#,
        #"{"session": "b", "prompt": "wind", "length": 10, "seed": 2}"#,
        #"{"session": "a", "prompt": " and ", "length": 20, "seed": 3}"#,
        #"{"session": "a", "length": 20, "seed": 4, "close": true}"#,
        #"{"session": "a", "prompt": "the ", "length": 10, "seed": 1}"#,
      ], ["--repetition-penalty", "1.2"], in: folder)
    let texts = found.compactMap(\.text)
    try #require(texts.count == 5)
    for (prompt, seed, length, text) in [
      ("the \(texts[0]) and ", "3", "20", texts[2]), ("the \(texts[0]) and \(texts[2])", "4", "20", texts[3]),
    ] {
      let whole = try folder.run(
        .sample,
        [
          "--no-echo", "--prime", prompt, "--seed", seed, "--length", length, "--repetition-penalty", "1.2",
          "checkpoint.bin",
        ])
      #expect(whole.output == text)
    }
    #expect(texts[4] == texts[0])
    let sessions = (0...1000).map { #"{"session": "\#($0)", "length": 0}"# }
    #expect(try answers(.sample, sessions, in: folder).map { $0.error != nil } == sessions.map { $0.contains("1000") })
  }

  @Test func aSessionOfLinesBeginsALineAfterTheEndOfOne() throws {
    let folder = try makeFolder("--lines", "--epochs", "20")
    let line = #"{"session": "a", "prompt": "the ", "seed": 3, "length": 2000}"#
    let found = try answers(.sample, [line, line], in: folder)
    #expect(found[0].text == found[1].text && found[0].text?.contains("\n") == false)
    let plain = try folder.run(
      .sample, ["--prime", "the ", "--no-echo", "--seed", "3", "--length", "2000", "checkpoint.bin"])
    #expect(plain.output == (found[0].text ?? "") + "\n")
    #expect(
      try answers(.sample, [#"{"prompt": "the\nsea"}"#], in: folder)[0].error
        == "prompt: has a line feed, which ends a text of this model; give one without")
  }

  /// Errors are answers, and the other requests have theirs in order.
  @Test func errors() throws {
    let folder = try makeFolder()
    let cases = [
      ("nonsense", "the line is not a JSON object; give one object a line"),
      ("", "the line is not a JSON object; give one object a line"), ("[1]", "the line is not a JSON object; give one"),
      (#"{"prompt": 3, "id": 1}"#, "prompt: takes a text, not 3"),
      (#"{"promt": "a"}"#, "promt: unknown member; known are prompt, length, "),
      (#"{"length": -1}"#, "length: takes a whole number from 0 to 10000000, not -1"),
      (#"{"length": 1e9}"#, "length: takes a whole number from 0 to 10000000, not 1000000000"),
      (#"{"length": 10000, "count": 10000}"#, "length: more than 10000000 characters in all texts; lower length or"),
      (#"{"temperature": "hot"}"#, "temperature: takes a number from 0 up, not a text"),
      (#"{"top_p": 0}"#, "top_p: takes a number above 0 up to 1, not 0"),
      (#"{"stop": ""}"#, "stop: takes a text of at least one character"),
      (#"{"id": {}}"#, "id: takes a number or a text, not an object"),
      (#"{"session": "a", "count": 2}"#, "count: a session is a single text; leave out count"),
      (#"{"session": ""}"#, "session: takes a name of 1 to 200 bytes, not 0"),
      (#"{"close": true}"#, "close: needs a session; name it"),
      (#"{"prompt": "日", "id": "x"}"#, "prompt: not in the model's vocabulary: '日' (U+65E5); use only what"),
      ("{\"prompt\": \"\(String(repeating: "a", count: 1 << 20))\"}", "a line of more than 1048576 bytes; shorten it"),
    ]
    let found = try answers(.sample, cases.flatMap { [$0.0, #"{"length": 1, "id": 7}"#] }, in: folder)
    try #require(found.count == 2 * cases.count)
    for (index, (request, message)) in cases.enumerated() {
      let error = try #require(found[2 * index].error, "\(request.prefix(50))")
      #expect(error.hasPrefix(message), "\(error)")
      #expect(found[2 * index + 1].id == .number(7) && found[2 * index + 1].text?.count == 1)
    }
    #expect(found[6].id == .number(1) && found[30].id == .text("x"))
    let skipped = try answers(.sample, [#"{"prompt": "日", "length": 3}"#], ["--unknown", "skip"], in: folder)
    #expect(skipped[0].text?.count == 3)
  }

  @Test func manyRequestsAreAnsweredInOrder() throws {
    let folder = try makeFolder()
    let requests = (0..<2000).map { $0 % 100 == 50 ? "{broken" : #"{"id": \#($0), "length": \#($0 % 3)}"# }
    let found = try answers(.sample, requests, in: folder)
    #expect(found.map(\.id) == (0..<2000).map { $0 % 100 == 50 ? nil : .number($0) })
    #expect(found.count { $0.error != nil } == 20)
  }

  /// The answer is there before the next request, and a reader that goes away ends the process.
  @Test(arguments: [("lstm-sample", #"{"length": 5}"#), ("lstm-score", #"{"text": "sea"}"#)])
  func anAnswerDoesNotWaitForTheNextRequest(tool: String, request: String) throws {
    let folder = try makeFolder()
    let outcome = try folder.bash(
      """
      coproc \(tool) --requests checkpoint.bin
      for number in 1 2 3; do
        printf '%s\\n' '\(request)' >&${COPROC[1]}
        IFS= read -r -t 20 answer <&${COPROC[0]} || exit 1
        printf '%s\\n' "$answer"
      done
      """
    ).expectSuccess()
    #expect(outcome.output.count { $0 == "\n" } == 3 && !outcome.output.contains("error"))
    let closed = try folder.bash(
      "yes '\(request)' | { \(tool) --requests checkpoint.bin; echo $? > status; } | head -n 1")
    #expect(closed.error.isEmpty && closed.output.count { $0 == "\n" } == 1)
    #expect(try folder.text(of: "status") == "0\n")
  }

  @Test(arguments: [
    ("--interactive", "--requests and --interactive do not go together: "), ("--prime a", "--requests and --prime "),
    ("--count 2", "--requests and --count do not go"), ("--beam 2", "--requests and --beam "),
  ])
  func optionsThatContradictRequests(options: String, message: String) throws {
    let folder = try makeFolder()
    let outcome = try folder.bash("lstm-sample --requests \(options) checkpoint.bin")
    #expect(outcome.status == 64 && outcome.error.hasPrefix("lstm-sample: \(message)"), "\(outcome.error)")
  }

  // MARK: lstm-score

  @Test(arguments: [[], ["--lines"]])
  func aRequestHasTheLossOfTheCommand(training: [String]) throws {
    let folder = try WorkFolder()
    try folder.train(training).expectSuccess()
    try folder.write("the sea and the rose", to: "other.txt")
    let found = try answers(
      .score,
      [
        #"{"text": "the sea and the rose", "id": 1}"#, #"{"context": "the sea", "text": " and the rose"}"#,
        #"{"context": "the ", "choices": ["sea", "rose", "wind"]}"#, #"{"context": "the ", "text": "rose"}"#,
        #"{"text": ""}"#,
      ], in: folder)
    let total = try folder.scores(["other.txt"]).total
    #expect(found[0].id == .number(1) && found[0].characters == total.characters)
    #expect(abs(try #require(found[0].total) - total.nats) < 1e-6)
    let rows = try folder.rows(["--per-character", "other.txt"])
    let rest = rows.filter { Int($0[0]) ?? 0 >= 7 }.reduce(0) { $0 + (Double($1[2]) ?? .nan) }
    #expect(abs(try #require(found[1].total) - rest) < 1e-4)
    let (nats, probabilities) = try (#require(found[2].list), #require(found[2].probabilities))
    #expect(abs(nats[1] - (try #require(found[3].total))) < 1e-6)
    let sum = nats.reduce(0) { $0 + exp(-$1) }
    #expect(zip(nats, probabilities).allSatisfy { abs(exp(-$0) / sum - $1) < 1e-9 })
    #expect(found[4].characters == 0 && found[4].total == nil && found[4].error == nil)
  }

  @Test func errorsOfScoring() throws {
    let folder = try makeFolder()
    let cases = [
      ("{}", "give either text or choices"), (#"{"text": "a", "choices": ["b"]}"#, "give either text or choices"),
      (#"{"choices": []}"#, "choices: takes 1 to 1000 texts, not 0"),
      (#"{"choices": "a"}"#, "choices: takes an array of texts, not a text"),
      (#"{"choices": ["a", 1]}"#, "choices: takes an array of texts, not 1"),
      (#"{"text": "日"}"#, "text: not in the model's vocabulary: '日' (U+65E5); use only what"),
      (#"{"prompt": "a"}"#, "prompt: unknown member; known are text, context, choices and id"),
    ]
    let found = try answers(.score, cases.map(\.0), in: folder)
    for (answer, (_, message)) in zip(found, cases) { #expect(answer.error?.hasPrefix(message) == true, "\(message)") }
    let charged = try answers(.score, [#"{"text": "sea日"}"#], ["--unknown", "charge"], in: folder)
    let plain = try answers(.score, [#"{"text": "sea"}"#], in: folder)
    #expect(charged[0].characters == 3 && plain[0].characters == 2)
    #expect(abs(try #require(charged[0].total) - (try #require(plain[0].total)) - log(13)) < 1e-9)
    try folder.score(["--requests", "text.txt"]).expect(
      status: 64, error: "lstm-score: --requests reads texts from standard input; give a checkpoint alone\n")
    try folder.score(["--requests", "--json"]).expect(
      status: 64,
      error: "lstm-score: --requests and --json do not go together: each request is a text; leave out --json\n")
  }
}
