/// An error of opening, reading, creating or writing a file.
package enum FileError: Error, Equatable, Sendable {
  /// The file is missing, is a folder, or is not readable.
  case cannotOpen(path: String, SystemError)
  /// A device, a pipe or a socket instead of a regular file.
  case notARegularFile(path: String)
  /// The system reported an error while the file was read.
  case readFailed(path: String, SystemError)
  /// The file became shorter while it was read.
  case shrankWhileRead(path: String)
  /// The file cannot be created at this path.
  case cannotCreate(path: String, SystemError)
  /// The system reported an error while the file was written, such as a full disk.
  case writeFailed(path: String, SystemError)
  /// The new file is complete, but cannot be put in the place of the old one.
  case notReplaced(path: String, newFile: String, SystemError)
}
