import Testing

/// Tests of `Examples/ci-check.sh` with the tools that the package has built.
struct CICheckTests {
  private func check(in folder: WorkFolder, _ options: String..., limit: String) throws -> Outcome {
    try folder.makeFolder("temporary")
    let outcome = try folder.run(
      "\(PackageFolder.path)/Examples/ci-check.sh", ["--quiet", "--hidden", "8", "--steps", "5"] + options,
      environment: [
        "BITS_LIMIT": limit, "PATH": "\(BuiltTool.folder.path):/usr/bin:/bin",
        "TMPDIR": folder.path(of: "temporary"),
      ])
    #expect(try folder.names(in: "temporary").isEmpty)
    #expect(try folder.names() == ["temporary"])
    return outcome
  }

  @Test func aModelWithinTheLimitPasses() throws {
    let outcome = try check(in: WorkFolder(), limit: "7")
    #expect(outcome.status == 0 && outcome.error.isEmpty, "\(outcome.error)")
    #expect(outcome.output.contains(/^ci-check: [45]\.[0-9]{4} bits per character, within the limit, 7\n$/))
  }

  @Test func aModelBeyondTheLimitFails() throws {
    let outcome = try check(in: WorkFolder(), limit: "0.5")
    #expect(outcome.status == 1 && outcome.output.isEmpty)
    #expect(outcome.error.contains(/^ci-check: [45]\.[0-9]{4} bits per character exceed the limit, 0\.5\n$/))
  }

  @Test func anOptionThatAToolRefusesFails() throws {
    try check(in: WorkFolder(), "--hidden", "none", limit: "7").expect(
      status: 64, error: "lstm-train: --hidden takes a whole number from 1 to 16777216, not 'none'\n")
  }

  @Test(arguments: ["", "much", "2,9", "-1"])
  func aLimitThatIsNoNumber(limit: String) throws {
    try check(in: WorkFolder(), limit: limit).expect(
      status: 64, error: "ci-check: BITS_LIMIT is '\(limit)'; give a number, such as 2.5\n")
  }
}
