internal import CLibrary
internal import Synchronization

/// Allocates zero-initialized memory whose pages the system provides when they are first touched. Free it with
/// ``freeZeroed(_:)``.
package func allocateZeroed<Element: BitwiseCopyable>(
  _ type: Element.Type, count: Int
) -> UnsafeMutablePointer<Element> {
  // Swift's own allocation would write every element to zero it.
  let stride = MemoryLayout<Element>.stride
  guard let memory = calloc(count, stride) else { failAllocation(byteCount: count * stride) }
  return memory.bindMemory(to: type, capacity: count)
}

/// Frees memory allocated by ``allocateZeroed(_:count:)``.
package func freeZeroed(_ pointer: UnsafeMutableRawPointer) { free(pointer) }

/// The size of a huge page in bytes, on most CPUs.
package let hugePageBytes = 2 << 20

/// Allocates whole pages of zeros. Free them with ``freePages(_:byteCount:)``.
///
/// On Linux they are huge pages if the system has them: with small ones, address translation would take a tenth of the
/// time of the matrix products.
package func allocatePages(byteCount: Int) -> UnsafeMutableRawPointer {
  #if os(Linux)
  let alignment = hugePageBytes
  #else
  let alignment = 0
  #endif
  let size = pageBytes(byteCount)
  guard let start = mmap(nil, size + alignment, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0),
    Int(bitPattern: start) != -1
  else { failAllocation(byteCount: byteCount) }
  // The rest around the aligned pages, which may be scarce as address space, goes back to the system.
  let before = alignment == 0 ? 0 : -Int(bitPattern: start) & (alignment - 1)
  if before > 0 { munmap(start, before) }
  if before < alignment { munmap(start + before + size, alignment - before) }
  #if os(Linux)
  // A refusal by a system without huge pages is harmless.
  madvise(start + before, byteCount / hugePageBytes * hugePageBytes, MADV_HUGEPAGE)
  #endif
  return start + before
}

/// Frees pages allocated by ``allocatePages(byteCount:alignment:)``.
package func freePages(_ pointer: UnsafeMutableRawPointer, byteCount: Int) { munmap(pointer, pageBytes(byteCount)) }

private func pageBytes(_ byteCount: Int) -> Int {
  let page = Int(getpagesize())
  return (byteCount + page - 1) / page * page
}

/// Sets the function that ends the program if memory cannot be allocated, which checks in advance should prevent.
package func endAtFailedAllocations(by function: @escaping @Sendable (_ byteCount: Int) -> Never) {
  failedAllocation.withLock { $0 = function }
}

private let failedAllocation = Mutex<(@Sendable (_ byteCount: Int) -> Never)?>(nil)

private func failAllocation(byteCount: Int) -> Never {
  if let end = failedAllocation.withLock({ $0 }) { end(byteCount) }
  preconditionFailure("out of memory")
}

/// Yields this CPU to another thread.
package func yieldProcessor() { sched_yield() }

/// Returns the index of the first byte with a value, from an index on.
package func firstIndex(of byte: UInt8, in bytes: UnsafeRawBufferPointer, from start: Int) -> Int? {
  guard start < bytes.count, let base = bytes.baseAddress,
    let found = memchr(base + start, CInt(byte), bytes.count - start)
  else { return nil }
  return UnsafeRawPointer(found) - base
}
