/// The control groups of this process, whose limits apply together: its own group and all those that contain it.
struct ControlGroups {
  private let files: SystemFiles
  private let groups: [(controllers: [Substring], path: Substring)]
  private let mounts: [Mount]

  /// A hierarchy of groups that is visible as folders.
  private struct Mount {
    /// The group that is visible at `folder`.
    let root: Substring
    let folder: Substring
    /// Controllers; nil for version 2, where each group has all of them.
    let controllers: [Substring]?
  }

  init(_ files: SystemFiles) {
    self.files = files
    groups = files.lines(of: "/proc/self/cgroup").compactMap { line in
      let fields = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
      return fields.count == 3 ? (fields[1].split(separator: ","), fields[2]) : nil
    }
    mounts = files.lines(of: "/proc/self/mountinfo").compactMap { line in
      let fields = line.split(at: " ")
      guard let mark = fields.firstIndex(of: "-"), mark > 4, mark + 3 < fields.count else { return nil }
      switch fields[mark + 1] {
      case "cgroup2": return Mount(root: fields[3], folder: fields[4], controllers: nil)
      case "cgroup":
        return Mount(root: fields[3], folder: fields[4], controllers: fields[mark + 3].split(separator: ","))
      default: return nil
      }
    }
  }

  /// The least memory in bytes that a group leaves; nil without a limit.
  var memory: Int? {
    let second = folders(of: nil).compactMap {
      rest($0, limit: "memory.max", usage: "memory.current", reclaimable: "inactive_file")
    }
    let first = folders(of: "memory").compactMap {
      rest($0, limit: "memory.limit_in_bytes", usage: "memory.usage_in_bytes", reclaimable: "total_inactive_file")
    }
    return (first + second).min()
  }

  /// The least quota in whole CPUs, rounded up; nil without a quota.
  var cpus: Int? {
    let second = folders(of: nil).compactMap { folder in
      let fields = files.text(of: folder + "/cpu.max").split(whereSeparator: \.isWhitespace).map { Int($0) }
      return fields.count == 2 ? quota(fields[0], period: fields[1]) : nil
    }
    let first = folders(of: "cpu").compactMap { folder in
      quota(number(folder, "cpu.cfs_quota_us"), period: number(folder, "cpu.cfs_period_us"))
    }
    return (first + second).min()
  }

  /// Returns the folders of the process's group and of all groups that contain it, as far as they are visible.
  ///
  /// - Parameter controller: A controller of version 1; nil for version 2.
  private func folders(of controller: Substring?) -> [String] {
    let mounts = mounts.filter { mount in
      controller.map { mount.controllers?.contains($0) ?? false } ?? (mount.controllers == nil)
    }
    let paths = groups.filter { group in controller.map(group.controllers.contains) ?? group.controllers.isEmpty }
    return mounts.flatMap { mount in paths.flatMap { folders(from: $0.path, in: mount) } }
  }

  private func folders(from group: Substring, in mount: Mount) -> [String] {
    // A group outside of the visible part shows up there as its root.
    let isVisible = group.hasPrefix(mount.root) && !group.contains("..")
    let names = isVisible ? group.dropFirst(mount.root.count).split(separator: "/") : []
    return (0...names.count).map { count in ([mount.folder] + names.prefix(count)).joined(separator: "/") }
  }

  private func rest(_ folder: String, limit: String, usage: String, reclaimable: String) -> Int? {
    guard let limit = number(folder, limit) else { return nil }
    // Cached parts of files, such as the corpus, make room when memory is needed.
    let cached = files.number(after: reclaimable, in: folder + "/memory.stat") ?? 0
    return max(0, limit - max(0, (number(folder, usage) ?? 0) - cached))
  }

  private func number(_ folder: String, _ name: String) -> Int? {
    files.lines(of: "\(folder)/\(name)").first.flatMap { Int($0) }
  }

  private func quota(_ quota: Int?, period: Int?) -> Int? {
    guard let quota, let period, quota > 0, period > 0 else { return nil }
    return (quota - 1) / period + 1
  }
}
