import Foundation
import Testing

@testable import SystemCalls

/// Tests of the limits that a system describes in files, with the files of other systems.
@Suite struct ProcessLimitsTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    try write("MemTotal: 9000000 kB\nMemAvailable:    8000000 kB\n", to: "proc/meminfo")
    try write(
      "Name: x\nVmSize:\t  100000 kB\nVmData:\t  50000 kB\nCpus_allowed:\tff\nCpus_allowed_list:\t0-7\n",
      to: "proc/self/status")
  }

  private func write(_ text: String, to path: String) throws {
    let url = URL(filePath: folder.path(of: path))
    try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(text.utf8).write(to: url)
  }

  private func limits(addressSpace: Int? = nil, data: Int? = nil) -> ProcessLimits {
    ProcessLimits(SystemFiles(root: folder.path), addressSpace: addressSpace, data: data)
  }

  @Test func aSystemWithoutLimits() {
    #expect(limits().memory == 8_000_000 << 10)
    #expect(limits().cpus == 8)
  }

  @Test func limitsOfTheProcess() {
    #expect(limits(addressSpace: 300_000 << 10).memory == 200_000 << 10)
    #expect(limits(addressSpace: 300_000 << 10, data: 90_000 << 10).memory == 40_000 << 10)
    #expect(limits(addressSpace: 90_000 << 10).memory == 0)
    #expect(limits(addressSpace: .max).memory == 8_000_000 << 10)
  }

  /// The limits of all groups from that of the process up to the root apply; caches can be reclaimed.
  @Test func versionTwo() throws {
    let mount = "29 23 0:26 / /sys/fs/cgroup rw,nosuid shared:4 - cgroup2 cgroup2 rw,nsdelegate\n"
    try write(mount, to: "proc/self/mountinfo")
    try write("0::/user.slice/job.scope/inner\n", to: "proc/self/cgroup")
    let group = "sys/fs/cgroup/user.slice"
    try write("max\n", to: "\(group)/job.scope/inner/memory.max")
    try write("50000\n", to: "\(group)/job.scope/inner/memory.current")
    try write("max 100000\n", to: "\(group)/job.scope/inner/cpu.max")
    #expect(limits().memory == 8_000_000 << 10)
    #expect(limits().cpus == 8)
    try write("1000000\n", to: "\(group)/job.scope/memory.max")
    try write("700000\n", to: "\(group)/job.scope/memory.current")
    try write("anon 1\ninactive_file 200000\nactive_file 5\n", to: "\(group)/job.scope/memory.stat")
    try write("50000 100000\n", to: "\(group)/job.scope/cpu.max")
    #expect(limits().memory == 500_000)
    #expect(limits().cpus == 1)
    try write("400000\n", to: "\(group)/memory.max")
    try write("100000\n", to: "\(group)/memory.current")
    #expect(limits().memory == 300_000)
    try write("60000\n", to: "sys/fs/cgroup/memory.max")
    #expect(limits().memory == 60_000)
  }

  @Test func versionOne() throws {
    try write(
      """
      30 25 0:26 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory
      31 25 0:27 /docker/abc /sys/fs/cgroup/cpu,cpuacct rw - cgroup cgroup rw,cpu,cpuacct
      32 25 0:28 / /sys/fs/cgroup/cpuset rw - cgroup cgroup rw,cpuset

      """, to: "proc/self/mountinfo")
    try write("5:cpuset:/\n4:memory:/docker/abc\n3:cpu,cpuacct:/docker/abc\n", to: "proc/self/cgroup")
    let memory = "sys/fs/cgroup/memory/docker/abc"
    try write("9223372036854771712\n", to: "\(memory)/memory.limit_in_bytes")
    try write("123\n", to: "\(memory)/memory.usage_in_bytes")
    try write("-1\n", to: "sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us")
    try write("100000\n", to: "sys/fs/cgroup/cpu,cpuacct/cpu.cfs_period_us")
    #expect(limits().memory == 8_000_000 << 10)
    #expect(limits().cpus == 8)
    try write("500000\n", to: "sys/fs/cgroup/memory/docker/memory.limit_in_bytes")
    try write("150000\n", to: "sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us")
    #expect(limits().memory == 500_000)
    #expect(limits().cpus == 2)
  }

  /// A container in which the path of its group is not visible sees the group itself in place of the root.
  @Test(arguments: ["0::/\n", "0::/../../other\n", "0::/docker/abc\n"])
  func aGroupThatIsNotVisible(group: String) throws {
    let root = group.contains("docker") ? "/docker/abc" : "/"
    try write("29 23 0:26 \(root) /sys/fs/cgroup ro - cgroup2 cgroup rw\n", to: "proc/self/mountinfo")
    try write(group, to: "proc/self/cgroup")
    try write("300000\n", to: "sys/fs/cgroup/memory.max")
    #expect(limits().memory == 300_000)
  }

  #if os(Linux)
  @Test func thisSystem() throws {
    let memory = try #require(Machine.availableMemory)
    #expect(memory > Machine.reservedMemory)
    #expect(Machine.availableCPUs >= 1)
  }
  #endif
}
