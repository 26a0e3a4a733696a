import Testing

/// Tests of `--shards`, without other processes.
struct ShardTests {
  @Test(arguments: [
    ("--batch-size 12 --shards 8", "--batch-size 12 cannot be divided into 8 shards; give a multiple of it"),
    ("--shards 3", "--shards takes a power of two from 1 to 1024, not '3'"),
    ("--shards 2048", "--shards takes a power of two from 1 to 1024, not '2048'"),
  ])
  func impossibleNumbersAreRefused(options: String, message: String) throws {
    let folder = try WorkFolder()
    try folder.train(options.split(separator: " ").map(String.init)).expect(
      status: 64, error: "lstm-train: \(message)\n")
    let bench = try folder.run(.bench, ["training"] + options.split(separator: " ").map(String.init))
    #expect(bench.status == 64 && bench.error == "lstm-bench: \(message)\n")
  }

  /// The number of shards is stored: a resumed run has as many, and no command line can change it.
  @Test func aRunKeepsItsShards() throws {
    let whole = try WorkFolder()
    try whole.train("--shards", "2", "--steps", "12").expectSuccess()
    let parts = try WorkFolder()
    try parts.train("--shards", "2", "--steps", "12", "--stop-after", "5").expectSuccess()
    try parts.train("--resume", "checkpoint.last.bin").expectSuccess()
    #expect(try whole.bytes(of: "checkpoint.last.bin") == parts.bytes(of: "checkpoint.last.bin"))
    let other = try parts.train("--resume", "checkpoint.last.bin", "--shards", "4")
    #expect(other.status == 64 && other.error.contains("--shards 4 contradicts checkpoint.last.bin"))
  }

  /// The smallest batch has a row for each shard, of which some are empty in a short text.
  @Test func aShortTextHasFewerRowsWithText() throws {
    let folder = try WorkFolder()
    try folder.write("abcabcabcabcabcabcabcabc", to: "text.txt")
    let outcome = try folder.run(
      .train, ["--shards", "16", "--hidden", "4", "--steps", "3", "--val-fraction", "0", "--threads", "2", "text.txt"])
    outcome.expectSuccess()
    #expect(outcome.error.contains("batch size 16"))
  }

  /// A build without MPI that is started as one of several processes would train the same model in each of them.
  @Test(arguments: [["OMPI_COMM_WORLD_SIZE": "4", "OMPI_COMM_WORLD_RANK": "0"], ["PMI_SIZE": "4", "PMI_RANK": "0"]])
  func aBuildWithoutMPIWorksAlone(environment: [String: String]) throws {
    let folder = try WorkFolder()
    try folder.write(TinyTraining.text, to: "text.txt")
    for (tool, arguments) in [(BuiltTool.train, ["text.txt"]), (.score, ["checkpoint.bin", "text.txt"])] {
      try folder.run(tool, arguments, environment: environment).expect(
        status: 64,
        error: "\(tool.rawValue): this is one of 4 processes, and the program was built to work alone; start it alone, "
          + "or build it with --traits MPI\n")
    }
  }
}
