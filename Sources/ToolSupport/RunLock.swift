package import CommandLineSupport

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Darwin
#endif

/// Keeps a second run away from a file. The system takes a lock from a process that ends, however it ends.
package struct RunLock: ~Copyable {
  private let path: String
  private let descriptor: Int32

  /// Locks the file that a path leads to, whether there is one or not, by a file `.name.lock` beside it.
  ///
  /// - Parameter option: What gave the path.
  /// - Throws: `ToolError` with status `cannotCreate` if another process has the lock.
  package init(_ file: String, option: String) throws(ToolError) {
    let target = resolved(file)
    path = "\(folder(of: target))/.\(name(of: target)).lock"
    while true {
      let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o666)
      guard descriptor >= 0 else {
        throw ToolError(
          .cannotCreate,
          "\(path): cannot create (\(String(cString: strerror(errno)))); check its folder or choose another "
            + option)
      }
      if flock(descriptor, LOCK_EX | LOCK_NB) != 0, errno == EWOULDBLOCK {
        close(descriptor)
        throw ToolError(
          .cannotCreate,
          "\(file): another run is writing it; wait for its end or choose another \(option)")
      }
      // Whoever had the lock may have removed the file between the two calls; then it keeps nobody away.
      if Self.isSame(descriptor, path) {
        self.descriptor = descriptor
        return
      }
      close(descriptor)
    }
  }

  deinit {
    unlink(path)
    close(descriptor)
  }

  private static func isSame(_ descriptor: Int32, _ path: String) -> Bool {
    var opened = stat()
    var named = stat()
    return fstat(descriptor, &opened) == 0 && stat(path, &named) == 0 && opened.st_ino == named.st_ino
      && opened.st_dev == named.st_dev
  }
}
