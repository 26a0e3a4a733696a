/// Floats that are allocated once, zero at first, on a cache line's boundary.
package final class FloatBuffer: @unchecked Sendable {
  package let count: Int
  package let pointer: UnsafeMutablePointer<Float>

  package init(count: Int) {
    self.count = count
    let raw = UnsafeMutableRawPointer.allocate(byteCount: max(count, 1) * MemoryLayout<Float>.stride, alignment: 64)
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
