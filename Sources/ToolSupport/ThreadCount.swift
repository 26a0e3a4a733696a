internal import CommandLineSupport
internal import RecurrentEngine

/// Returns the number of threads for a tool: the number asked for or, by default, that of the available CPUs; fewer if
/// the system creates no more.
///
/// - Parameter notice: Prints a notice about missing threads.
package func usableThreadCount(_ asked: Int?, notice: (String) -> Void) -> Int {
  let wanted = asked ?? Machine.availableCPUs
  let usable = Machine.usableThreadCount(atMost: wanted)
  if usable < wanted {
    notice(
      "the system creates only \(usable) of \(NumberText.plain(wanted, "thread")); raise its limits on processes "
        + "(ulimit -u) and memory")
  }
  return usable
}
