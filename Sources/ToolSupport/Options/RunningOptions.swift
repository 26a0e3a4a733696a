package import CommandLineSupport

/// Options with the same meaning in several tools.
extension OptionDefinition {
  /// Returns the option `--threads`.
  ///
  /// - Parameter result: The result that does not depend on the number of threads; nil for a tool that measures speed.
  package static func threads(
    sets keyPath: WritableKeyPath<Values, Int?> & Sendable, result: String?, group: String = "Running"
  ) -> Self {
    Self(
      "--threads", sets: keyPath, as: .integer(in: 1...1024), absentMeans: "all available CPUs", group: group,
      help: "threads" + (result.map { "; any number gives the same \($0)" } ?? ""))
  }

  /// Returns the option `--quiet`.
  ///
  /// - Parameter rest: The output that remains.
  package static func quiet(sets keyPath: WritableKeyPath<Values, Bool> & Sendable, rest: String) -> Self {
    Self("--quiet", "-q", sets: keyPath, group: "Running", help: "print nothing but \(rest)")
  }

  package static func progress(sets keyPath: WritableKeyPath<Values, ProgressStyle> & Sendable) -> Self {
    Self(
      "--progress", sets: keyPath, as: .choice, group: "Running",
      help: "a line that stays in place, plain lines now and then, or what suits the output",
      details:
        "On a terminal there is one line that stays in place; elsewhere a line comes after two seconds, then every ten "
        + "and, as time goes on, less often. With none there are validations alone.")
  }
}
