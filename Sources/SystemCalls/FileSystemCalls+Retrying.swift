extension FileSystemCalls {
  /// The largest transfer of one call, because some systems reject 2 GiB or more.
  private static let maximumTransfer = 1 << 30

  package func openDescriptor(_ path: String, for purpose: OpenPurpose) throws(SystemError) -> CInt {
    try retryingInterrupted { () throws(SystemError) in try openFile(path, purpose) }
  }

  package func flush(_ descriptor: CInt) throws(SystemError) {
    try retryingInterrupted { () throws(SystemError) in try flushFile(descriptor) }
  }

  /// Closes a file that was written. An interrupted close is not repeated: the descriptor is already closed, and
  /// another thread may have been given its number.
  package func closeDescriptor(_ descriptor: CInt) throws(SystemError) {
    do throws(SystemError) {
      try closeFile(descriptor)
    } catch {
      guard error == .interrupted else { throw error }
    }
  }

  /// Fills `bytes` from `offset` on, and returns the number of bytes read before the file ended.
  package func read(
    _ descriptor: CInt, into bytes: UnsafeMutableRawBufferPointer, at offset: Int
  ) throws(SystemError) -> Int {
    var done = 0
    while done < bytes.count {
      let rest = UnsafeMutableRawBufferPointer(rebasing: bytes[done...].prefix(Self.maximumTransfer))
      let count = try retryingInterrupted { () throws(SystemError) in try readBytes(descriptor, rest, offset + done) }
      if count == 0 { break }
      done += count
    }
    return done
  }

  /// Writes all of `bytes` at `offset`.
  package func write(_ descriptor: CInt, _ bytes: UnsafeRawBufferPointer, at offset: Int) throws(SystemError) {
    var done = 0
    while done < bytes.count {
      let rest = UnsafeRawBufferPointer(rebasing: bytes[done...].prefix(Self.maximumTransfer))
      let count = try retryingInterrupted { () throws(SystemError) in try writeBytes(descriptor, rest, offset + done) }
      // A device that accepts no bytes and reports no error would make this loop run forever.
      if count == 0 { throw .inputOutput }
      done += count
    }
  }

  private func retryingInterrupted<Result>(_ call: () throws(SystemError) -> Result) throws(SystemError) -> Result {
    while true {
      do throws(SystemError) {
        return try call()
      } catch {
        guard error == .interrupted else { throw error }
      }
    }
  }
}
