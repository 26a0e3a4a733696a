internal import CLibrary

/// The kind, permissions, size, identity and times of a file.
package struct FileStatus: Equatable, Sendable {
  package enum Kind: Sendable { case regular, directory, other }

  package let kind: Kind
  package let permissions: UInt16
  package let byteCount: Int
  /// The device; with `inode` it identifies a file.
  package let device: UInt64
  package let inode: UInt64
  /// The time of the last change of the contents, in nanoseconds.
  package let contentsTime: Int64
  /// The time of the last change of the contents or of anything else but the time of access, in nanoseconds.
  package let changeTime: Int64

  package init(kind: Kind, permissions: UInt16, byteCount: Int, device: UInt64 = 0, inode: UInt64 = 0) {
    (contentsTime, changeTime) = (0, 0)
    self.kind = kind
    self.permissions = permissions
    self.byteCount = byteCount
    self.device = device
    self.inode = inode
  }

  /// Reads the status of the file at a path, following symbolic links; nil if there is no file.
  package init?(path: String) {
    var information = stat()
    guard stat(path, &information) == 0 else { return nil }
    self.init(information)
  }

  init(_ information: stat) {
    kind =
      switch information.st_mode & S_IFMT {
      case S_IFREG: .regular
      case S_IFDIR: .directory
      default: .other
      }
    permissions = UInt16(information.st_mode & 0o777)
    byteCount = Int(information.st_size)
    device = UInt64(truncatingIfNeeded: information.st_dev)
    inode = UInt64(truncatingIfNeeded: information.st_ino)
    #if canImport(Darwin)
    (contentsTime, changeTime) = (nanoseconds(information.st_mtimespec), nanoseconds(information.st_ctimespec))
    #else
    (contentsTime, changeTime) = (nanoseconds(information.st_mtim), nanoseconds(information.st_ctim))
    #endif
  }
}

private func nanoseconds(_ time: timespec) -> Int64 { Int64(time.tv_sec) &* 1_000_000_000 &+ Int64(time.tv_nsec) }
