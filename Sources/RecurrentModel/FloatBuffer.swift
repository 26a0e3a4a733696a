internal import SystemCalls

/// Floats that are allocated once, zero at first, on a cache line's boundary.
package final class FloatBuffer: @unchecked Sendable {
  package let count: Int
  package let pointer: UnsafeMutablePointer<Float>

  /// What a huge page of memory holds, on most CPUs.
  private static let hugePage = 2 << 20

  package init(count: Int) {
    self.count = count
    let size = max(count, 1) * MemoryLayout<Float>.stride
    let isHuge = size >= Self.hugePage
    let raw = UnsafeMutableRawPointer.allocate(byteCount: size, alignment: isHuge ? Self.hugePage : 64)
    // Products read so many pages that finding small ones would cost a tenth of the time.
    if isHuge { adviseHugePages(raw, byteCount: size / Self.hugePage * Self.hugePage) }
    pointer = raw.bindMemory(to: Float.self, capacity: max(count, 1))
    pointer.initialize(repeating: 0, count: count)
  }

  deinit { UnsafeMutableRawPointer(pointer).deallocate() }

  package var elements: UnsafeBufferPointer<Float> { UnsafeBufferPointer(start: pointer, count: count) }

  package func fill(with value: Float) { pointer.update(repeating: value, count: count) }

  package func copy(from other: FloatBuffer) {
    precondition(count == other.count, "the buffers differ in size")
    pointer.update(from: other.pointer, count: count)
  }
}
