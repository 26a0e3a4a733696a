internal import CLibrary

/// An error of a system call, given as a value of `errno`.
public struct SystemError: Error, Hashable, Sendable {
  /// The value of `errno`.
  public let number: CInt

  /// Creates the error of a value of `errno`.
  public init(number: CInt) {
    self.number = number
  }

  package static let accessDenied = SystemError(number: EACCES)
  package static let exists = SystemError(number: EEXIST)
  package static let inputOutput = SystemError(number: EIO)
  package static let interrupted = SystemError(number: EINTR)
  package static let invalidArgument = SystemError(number: EINVAL)
  package static let isDirectory = SystemError(number: EISDIR)
  package static let notFound = SystemError(number: ENOENT)
  package static let notSupported = SystemError(number: ENOTSUP)
  package static let wouldBlock = SystemError(number: EAGAIN)
  package static let brokenPipe = SystemError(number: EPIPE)
  package static let tooManyLinks = SystemError(number: ELOOP)
}

extension SystemError: CustomStringConvertible {
  public var description: String {
    guard let text = strerror(number) else { return "error \(number)" }
    return String(cString: text)
  }
}
