package import CommandLineSupport
internal import SystemCalls

/// Keeps a second run away from a file. The system takes a lock from a process that ends, however it ends.
package struct RunLock: ~Copyable {
  private let path: String
  private let descriptor: FileDescriptor

  /// Locks the file that a path leads to, whether it exists or not, by a file `.name.lock` beside it.
  ///
  /// - Parameter option: The option that gave the path.
  /// - Throws: `ToolError` with status `cannotCreate` if another process has the lock.
  package init(_ file: String, option: String) throws(ToolError) {
    let target = resolved(file)
    path = "\(folder(of: target))/.\(name(of: target)).lock"
    while true {
      let descriptor: FileDescriptor
      do throws(SystemError) {
        descriptor = try .open(path, for: .locking)
      } catch {
        throw ToolError(
          .cannotCreate, "\(path): cannot create (\(error)); check its folder or choose another \(option)")
      }
      guard descriptor.tryLock() else {
        descriptor.close()
        throw ToolError(
          .cannotCreate,
          "\(file): another run is writing it; wait for its end or choose another \(option)")
      }
      // The former holder may have removed the file between the two calls; then it keeps nobody away.
      if Self.isSame(descriptor, path) {
        self.descriptor = descriptor
        return
      }
      descriptor.close()
    }
  }

  deinit {
    removeFile(path)
    descriptor.close()
  }

  private static func isSame(_ descriptor: FileDescriptor, _ path: String) -> Bool {
    guard let opened = try? descriptor.status(), let named = FileStatus(path: path) else { return false }
    return opened.inode == named.inode && opened.device == named.device
  }
}
