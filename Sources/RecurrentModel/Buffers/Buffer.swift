internal import SystemCalls

/// Memory for a fixed number of elements, aligned to cache lines and initially zero.
@usableFromInline
package final class Buffer<Element: BitwiseCopyable & Sendable>: Sendable {
  /// All elements. Valid as long as the buffer.
  @usableFromInline package let view: BufferView<Element>

  package init(count: Int) {
    precondition(count >= 0, "a buffer has no negative size")
    let size = max(count, 1) * MemoryLayout<Element>.stride
    let hugePage = 2 << 20  // bytes, on most CPUs
    let isHuge = size >= hugePage
    let raw = UnsafeMutableRawPointer.allocate(byteCount: size, alignment: isHuge ? hugePage : 64)
    // With small pages, address translation would take a tenth of the time of the products.
    if isHuge { adviseHugePages(raw, byteCount: size / hugePage * hugePage) }
    raw.initializeMemory(as: UInt8.self, repeating: 0, count: size)
    view = BufferView(start: raw.bindMemory(to: Element.self, capacity: max(count, 1)), count: count)
  }

  deinit { UnsafeMutableRawPointer(view.start).deallocate() }

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
