internal import SystemCalls

/// Identity of the regular file at a path, independent of its spelling: `loss.csv`, `./loss.csv`, or a link.
package struct FileIdentity: Equatable {
  private let device: UInt64
  private let inode: UInt64
  /// Name of a file that does not exist yet; `device` and `inode` then identify its folder.
  private let newName: String?

  /// - Returns: Nil for a device or a pipe, such as `/dev/null`, and for a file whose folder does not exist.
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

/// Returns a path with a text inserted before its extension.
package func inserting(_ insertion: String, into path: String) -> String {
  let name = name(of: path)
  let ending = name.dropFirst().lastIndex(of: ".").map { name[$0...] } ?? ""
  return path.dropLast(ending.count) + insertion + ending
}
