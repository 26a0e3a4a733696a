/// A small buffer that moves through a source from front to back.
struct SourceWindow {
  private(set) var source: SourceBytes
  private var storage: [UInt8]
  /// The part of `storage` that is loaded and not yet consumed.
  private var loaded = 0..<0
  /// Where in the source's text the first byte not yet consumed is.
  private(set) var position: Int

  init(source: SourceBytes, position: Int, size: Int) {
    self.source = source
    self.position = position
    storage = [UInt8](repeating: 0, count: size)
  }

  /// The same place as an offset in the file.
  var fileOffset: Int { source.fileOffset(of: position) }

  /// Whether no text of the source follows the loaded bytes.
  var isFinal: Bool { position + loaded.count == source.byteCount }

  /// Whether all text of the source is consumed.
  var isAtEnd: Bool { position == source.byteCount }

  /// Shows the loaded bytes.
  @inline(__always)
  func withBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
    storage.withUnsafeBytes { body(UnsafeRawBufferPointer(rebasing: $0[loaded])) }
  }

  mutating func consume(_ byteCount: Int) {
    loaded = loaded.lowerBound + byteCount..<loaded.upperBound
    position += byteCount
  }

  /// Moves what is left to the front and loads as many bytes after it as there is room for.
  mutating func refill() throws(CorpusError) {
    let kept = loaded.count
    let count = min(storage.count - kept, source.byteCount - position - kept)
    let (left, next, source) = (loaded, position + kept, source)
    try storage.withUnsafeMutableBufferPointer { (buffer) throws(CorpusError) in
      let bytes = UnsafeMutableRawBufferPointer(buffer)
      bytes.copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[left]))
      try source.read(at: next, into: UnsafeMutableRawBufferPointer(rebasing: bytes[kept..<kept + count]))
    }
    loaded = 0..<kept + count
  }

  /// Goes on at the start of another source with the same buffer.
  mutating func move(to source: SourceBytes) {
    self.source = source
    position = 0
    loaded = 0..<0
  }
}
