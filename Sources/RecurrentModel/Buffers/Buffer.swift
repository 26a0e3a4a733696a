internal import SystemCalls

/// Memory for a fixed number of elements, aligned to cache lines and initially zero.
@usableFromInline
package final class Buffer<Element: BitwiseCopyable & Sendable>: Sendable {
  /// All elements. Valid as long as the buffer.
  @usableFromInline package let view: BufferView<Element>

  package init(count: Int) {
    precondition(count >= 0, "a buffer has no negative size")
    let size = Self.byteCount(of: count)
    let raw: UnsafeMutableRawPointer
    if size >= hugePageBytes {
      raw = allocatePages(byteCount: size)  // zero, and without physical memory until they are used
    } else {
      raw = .allocate(byteCount: size, alignment: 64)
      raw.initializeMemory(as: UInt8.self, repeating: 0, count: size)
    }
    view = BufferView(start: raw.bindMemory(to: Element.self, capacity: max(count, 1)), count: count)
  }

  deinit {
    let size = Self.byteCount(of: count)
    let raw = UnsafeMutableRawPointer(view.start)
    if size >= hugePageBytes { freePages(raw, byteCount: size) } else { raw.deallocate() }
  }

  private static func byteCount(of count: Int) -> Int { max(count, 1) * MemoryLayout<Element>.stride }

  @inlinable package var count: Int { view.count }
  @inlinable package var isEmpty: Bool { view.isEmpty }
  package var elements: [Element] { Array(view) }

  @inlinable package subscript(index: Int) -> Element {
    get { view[index] }
    set { view[index] = newValue }
  }

  @inlinable package subscript(range: Range<Int>) -> BufferView<Element> { view[range] }

  @inlinable package func fill(with value: Element) { view.fill(with: value) }

  @inlinable package func copy(from other: Buffer) { view.copy(from: other.view) }

  @inlinable package func pointer(at offset: Int, count: Int) -> UnsafeMutablePointer<Element> {
    view.pointer(at: offset, count: count)
  }
}

package typealias FloatBuffer = Buffer<Float>
