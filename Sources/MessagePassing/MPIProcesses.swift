#if MPI
internal import CMPI
internal import SystemCalls

/// The processes that `mpirun`, `mpiexec` or `srun` has started, which communicate by MPI.
struct MPIProcesses: ProcessGroup {
  let index: Int
  let count: Int
  let nodeName: String

  /// The largest message in bytes; MPI counts in 32 bits.
  private static let messageSize = 1 << 30

  /// Begins the communication; nil if MPI refuses.
  init?() {
    guard mpi_begin() != 0 else { return nil }
    index = Int(mpi_process_index())
    count = Int(mpi_process_count())
    nodeName = withUnsafeTemporaryAllocation(of: CChar.self, capacity: Int(mpi_node_name_capacity)) { name in
      guard let start = name.baseAddress else { return "" }
      mpi_get_node_name(start)
      return String(cString: start)
    }
  }

  func exchange(_ sent: UnsafeRawBufferPointer, _ received: UnsafeMutableRawBufferPointer, with other: Int) {
    for first in stride(from: 0, to: max(sent.count, received.count), by: Self.messageSize) {
      let part = UnsafeRawBufferPointer(rebasing: sent.dropFirst(first).prefix(Self.messageSize))
      let result = UnsafeMutableRawBufferPointer(rebasing: received.dropFirst(first).prefix(Self.messageSize))
      mpi_exchange(part.baseAddress, CInt(part.count), result.baseAddress, CInt(result.count), CInt(other))
    }
  }

  func gather(_ own: UnsafeRawBufferPointer, into all: UnsafeMutableRawBufferPointer) {
    guard own.count > Self.messageSize else { return mpi_gather(own.baseAddress, CInt(own.count), all.baseAddress) }
    for source in 0..<count {
      let part = UnsafeMutableRawBufferPointer(rebasing: all.dropFirst(source * own.count).prefix(own.count))
      if source == index { part.copyBytes(from: own) }
      broadcast(part, from: source)
    }
  }

  func broadcast(_ bytes: UnsafeMutableRawBufferPointer) { broadcast(bytes, from: 0) }

  private func broadcast(_ bytes: UnsafeMutableRawBufferPointer, from source: Int) {
    for first in stride(from: 0, to: bytes.count, by: Self.messageSize) {
      let part = UnsafeMutableRawBufferPointer(rebasing: bytes.dropFirst(first).prefix(Self.messageSize))
      mpi_broadcast(part.baseAddress, CInt(part.count), CInt(source))
    }
  }

  func abort(status: Int32) -> Never {
    mpi_abort(status)
    ThisProcess.exit(status)
  }

  func end() { mpi_end() }
}
#endif
