internal import CLibrary

extension SystemError {
  /// The use of a file that failed.
  package enum FileUse: Sendable { case reading, writing }

  /// Returns advice to a person whose file cannot be used because of this error, as an imperative.
  package func remedy(_ use: FileUse) -> String {
    let isWriting = use == .writing
    let elsewhere = isWriting ? ", or choose another path" : ""
    return switch number {
    case EACCES: "check the permissions of the file and its folder\(elsewhere)"
    case EAGAIN, EBUSY: "wait until no other program uses it\(elsewhere)"
    case EBADF: isWriting ? "check where it goes to" : "check where it comes from"
    case EDQUOT: "free space in your disk quota\(elsewhere)"
    case EEXIST: "remove what is in its place\(elsewhere)"
    case EFBIG: "raise the limit on file sizes (ulimit -f)\(elsewhere)"
    case EINVAL, ENOSYS, ENOTSUP: "use a file system that can do this"
    case EIO: "check the disk\(elsewhere)"
    case EISDIR: isWriting ? "choose the path of a file" : "name a file in it"
    case ELOOP: "check the symbolic links in the path"
    case EMFILE: "raise the limit on open files (ulimit -n)"
    case ENAMETOOLONG: "use a shorter name or path"
    case ENFILE: "close other programs, which have too many files open"
    case ENOENT: isWriting ? "create its folder\(elsewhere)" : "check the path"
    case ENOMEM: "free memory, or raise its limit (ulimit -v)"
    case ENOSPC: "free space on its disk\(elsewhere)"
    case ENOTDIR: "check the path: a part of it is no folder"
    case EPERM: "check the owner and the attributes of the file and its folder\(elsewhere)"
    case EROFS: "choose a path on a writable file system"
    case EXDEV: "choose a path on the same file system"
    default: "check the path and its disk"
    }
  }
}
