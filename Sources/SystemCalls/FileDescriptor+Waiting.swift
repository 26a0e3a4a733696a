internal import CLibrary

extension FileDescriptor {
  /// Returns whether ``readSome(into:)`` returns within some time, with input, at its end or with an error.
  package func isReady(within milliseconds: Int32 = 0) -> Bool {
    var request = pollfd(fd: number, events: Int16(truncatingIfNeeded: POLLIN), revents: 0)
    return poll(&request, 1, milliseconds) != 0
  }

  /// Waits until ``readSome(into:)`` returns at once, or until nobody can read `output` any longer.
  ///
  /// - Returns: Whether `output` can be read.
  package func waitForInput(whileRead output: FileDescriptor) -> Bool {
    var requests = [
      pollfd(fd: number, events: Int16(truncatingIfNeeded: POLLIN), revents: 0),
      // Without events, only a closed or broken output ends the wait.
      pollfd(fd: output.number, events: 0, revents: 0),
    ]
    while poll(&requests, 2, -1) < 0 {
      guard errno == EINTR else { return true }
    }
    // Some systems cannot wait for a device, and report that it is invalid.
    return requests[1].revents & Int16(truncatingIfNeeded: POLLERR | POLLHUP) == 0
  }
}
