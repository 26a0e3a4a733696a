internal import SystemCalls

/// The regular file that a path leads to, however the path is written: `loss.csv`, `./loss.csv`, or a link.
package struct FileIdentity: Equatable {
  private let device: UInt64
  private let inode: UInt64
  /// The name of a file that does not exist yet, in the folder that the numbers identify.
  private let newName: String?

  /// Nil for a device or a pipe, such as `/dev/null`, and for a file whose folder does not exist.
  package init?(path: String) {
    if let status = FileStatus(path: path) {
      guard status.kind == .regular else { return nil }
      (device, inode, newName) = (status.device, status.inode, nil)
    } else {
      guard let status = FileStatus(path: folder(of: path)) else { return nil }
      (device, inode, newName) = (status.device, status.inode, path.split(separator: "/").last.map(String.init))
    }
  }
}

/// A path with something before its ending.
package func inserting(_ insertion: String, into path: String) -> String {
  let name = name(of: path)
  let ending = name.dropFirst().lastIndex(of: ".").map { name[$0...] } ?? ""
  return path.dropLast(ending.count) + insertion + ending
}
