/// A file that could not be opened, read, created or written.
public enum FileError: Error, Equatable, Sendable {
  /// The file is missing, is a folder, or may not be read.
  case cannotOpen(path: String, SystemError)
  /// A device, a pipe or a socket, where a regular file is needed.
  case notARegularFile(path: String)
  /// The system failed while the file was read.
  case readFailed(path: String, SystemError)
  /// The file became shorter while it was read.
  case shrankWhileRead(path: String)
  /// No file can be created at this path.
  case cannotCreate(path: String, SystemError)
  /// The system failed while the file was written, such as on a full disk.
  case writeFailed(path: String, SystemError)
}
