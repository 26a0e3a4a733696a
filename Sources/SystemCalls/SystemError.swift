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
  package static let outOfMemory = SystemError(number: ENOMEM)
  package static let tooManyLinks = SystemError(number: ELOOP)

  /// Whether a file system, or the owner of a file, does not permit what was asked for. Another way may be open, which
  /// it is not after a fault of the disk.
  package var isRefusal: Bool {
    [EACCES, EBUSY, EEXIST, EINVAL, ENOSYS, ENOTSUP, EPERM, EXDEV].contains(number)
  }

  /// Whether there is no room for a file. There may be later.
  package var isLackOfSpace: Bool { [EDQUOT, EFBIG, ENOSPC].contains(number) }
}

extension SystemError: CustomStringConvertible {
  public var description: String {
    guard let text = strerror(number) else { return "error \(number)" }
    return String(cString: text)
  }
}
