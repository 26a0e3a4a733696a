internal import CommandLineSupport
internal import RecurrentEngine
internal import SystemCalls

extension LossCurve {
  /// The rows that a resumed run keeps.
  struct Kept {
    /// Number of bytes to keep, with the header.
    var byteCount = 0
    /// Training time in the last row, in seconds.
    var seconds = 0.0

    init() {}

    /// Keeps the rows up to the step of a saved run; nil if the file was not written by the run up to that step.
    init?(_ path: String, goingOnFrom progress: TrainingProgress) {
      // A missing file is created; a file that cannot be read fails when it is written.
      guard let file = try? FileDescriptor.open(path, for: .readingWithoutWaiting) else { return }
      defer { file.close() }
      guard let status = try? file.status(), status.kind == .regular, status.byteCount > 0 else { return }
      let header = Array(LossCurve.header.utf8)
      guard contents(of: file, count: header.count) == header else { return nil }

      let bytes = contents(of: file, count: status.byteCount)
      byteCount = header.count
      var last: (step: Int, loss: String)?
      while let lineFeed = bytes[byteCount...].firstIndex(of: UInt8(ascii: "\n")) {
        let fields = bytes[byteCount..<lineFeed].split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
          .map { String(decoding: $0, as: UTF8.self) }
        guard fields.count == 12, let step = Int(fields[0]), step <= progress.step, let seconds = Double(fields[3])
        else { break }
        last = (step, fields[5])
        self.seconds = seconds
        byteCount = lineFeed + 1
      }
      let loss = progress.lastReport?.trainingLoss
      guard last?.step == progress.lastReport?.step,
        last?.loss ?? "" == loss.map({ NumberText.fixed($0, decimals: LossCurve.lossDecimals) }) ?? ""
      else { return nil }
    }
  }
}

private func contents(of file: FileDescriptor, count: Int) -> [UInt8] {
  [UInt8](unsafeUninitializedCapacity: count) { bytes, filled in
    filled = (try? file.fill(UnsafeMutableRawBufferPointer(bytes), at: 0)) ?? 0
  }
}
