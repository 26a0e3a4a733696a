/// A part of a ``Buffer`` that knows its bounds but does not keep the buffer alive; its indices start at 0.
///
/// In debug builds, an index, a range or a kernel operand outside of the bounds is a failed assertion, although the
/// module is optimized. In release builds, nothing is checked.
// Unchecked, because threads write to one buffer at the same time: each to its own rows of the mini-batch or to its own
// part of the parameters, and a ThreadTeam orders writes before the reads of other threads.
@usableFromInline
package struct BufferView<Element: BitwiseCopyable & Sendable>: @unchecked Sendable {
  @usableFromInline let start: UnsafeMutablePointer<Element>
  @usableFromInline package let count: Int

  @inlinable init(start: UnsafeMutablePointer<Element>, count: Int) {
    self.start = start
    self.count = count
  }

  @inlinable package var isEmpty: Bool { count == 0 }
  @inlinable package var indices: Range<Int> { 0..<count }

  @inlinable package subscript(index: Int) -> Element {
    get {
      assert(index >= 0 && index < count, "index \(index) is out of bounds 0..<\(count)")
      return start[index]
    }
    nonmutating set {
      assert(index >= 0 && index < count, "index \(index) is out of bounds 0..<\(count)")
      start[index] = newValue
    }
  }

  @inlinable package subscript(range: Range<Int>) -> BufferView {
    BufferView(start: pointer(at: range.lowerBound, count: range.count), count: range.count)
  }

  @inlinable package subscript(range: PartialRangeFrom<Int>) -> BufferView { self[range.lowerBound..<count] }

  /// All elements, for copying them in and out of memory that is no buffer.
  @inlinable package var elements: UnsafeMutableBufferPointer<Element> {
    UnsafeMutableBufferPointer(start: start, count: count)
  }

  @inlinable package func fill(with value: Element) { start.update(repeating: value, count: count) }

  /// Copies as many elements as this view has; the two may overlap.
  @inlinable package func copy(from other: BufferView) {
    assert(count == other.count, "\(other.count) elements are copied to \(count)")
    start.update(from: other.start, count: count)
  }

  /// Adds as many elements as this view has.
  @inlinable package func add(_ other: BufferView) where Element == Float {
    assert(count == other.count, "\(other.count) elements are added to \(count)")
    let (sums, terms) = (start, other.start)
    for index in 0..<count { sums[index] += terms[index] }
  }

  @inlinable package func copy(from elements: [Element]) {
    assert(count == elements.count, "\(elements.count) elements are copied to \(count)")
    elements.withUnsafeBufferPointer { source in
      guard let source = source.baseAddress else { return }
      start.update(from: source, count: count)
    }
  }

  /// A pointer to `count` elements from `offset` on: the only way from a buffer to a kernel.
  @inlinable package func pointer(at offset: Int, count: Int) -> UnsafeMutablePointer<Element> {
    assert(
      offset >= 0 && count >= 0 && offset <= self.count - count,
      "\(offset)..<\(offset + count) is out of bounds 0..<\(self.count)")
    return start + offset
  }
}

extension BufferView: Sequence {
  @inlinable package func makeIterator() -> UnsafeBufferPointer<Element>.Iterator {
    UnsafeBufferPointer(start: start, count: count).makeIterator()
  }
}

package typealias FloatView = BufferView<Float>
