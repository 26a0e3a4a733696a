internal import CLibrary

/// Allocates zero-initialized memory whose pages the system provides when they are first touched. Free it with
/// ``freeZeroed(_:)``.
package func allocateZeroed<Element: BitwiseCopyable>(
  _ type: Element.Type, count: Int
) -> UnsafeMutablePointer<Element> {
  // Swift's own allocation, which would write every element to zero it, fails in the same way.
  guard let memory = calloc(count, MemoryLayout<Element>.stride) else { preconditionFailure("out of memory") }
  return memory.bindMemory(to: type, capacity: count)
}

/// Frees memory allocated by ``allocateZeroed(_:count:)``.
package func freeZeroed(_ pointer: UnsafeMutableRawPointer) { free(pointer) }

/// Asks the system to back memory with huge pages. A refusal by a system without them is harmless.
package func adviseHugePages(_ memory: UnsafeMutableRawPointer, byteCount: Int) {
  #if os(Linux)
    madvise(memory, byteCount, MADV_HUGEPAGE)
  #endif
}

/// Yields this CPU to another thread.
package func yieldProcessor() { sched_yield() }
