package import CommandLineSupport

/// Options with the same meaning in several tools.
extension OptionDefinition {
  /// - Parameter result: The result that does not depend on the number of threads; nil for a tool that measures speed.
  package static func threads(
    sets keyPath: WritableKeyPath<Values, Int?> & Sendable, result: String?, group: String = "Running"
  ) -> Self {
    Self(
      "--threads", sets: keyPath, as: .integer(in: 1...1024), absentMeans: "all available CPUs", group: group,
      help: "threads" + (result.map { "; any number gives the same \($0)" } ?? ""))
  }

  /// - Parameter rest: The output that remains.
  package static func quiet(sets keyPath: WritableKeyPath<Values, Bool> & Sendable, rest: String) -> Self {
    Self("--quiet", "-q", sets: keyPath, group: "Running", help: "print nothing but \(rest)")
  }

  package static func progress(sets keyPath: WritableKeyPath<Values, ProgressStyle> & Sendable) -> Self {
    Self(
      "--progress", sets: keyPath, as: .choice, group: "Running",
      help: "progress: a line updated in place, plain lines, or what suits the output",
      details:
        "With auto, a terminal gets one line updated in place, and a file or pipe a plain line every ten seconds and "
        + "later less often. With none, only validations are printed, fewer if they come faster than people read.")
  }
}
