#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Darwin
#endif

/// Memory that the system gives zeroed, page by page as it is touched. To be freed by ``freeZeroed(_:)``.
package func allocateZeroed<Element: BitwiseCopyable>(
  _ type: Element.Type, count: Int
) -> UnsafeMutablePointer<Element> {
  // Swift's own allocation, which writes every element to zero it, fails in the same way.
  guard let memory = calloc(count, MemoryLayout<Element>.stride) else { preconditionFailure("out of memory") }
  return memory.bindMemory(to: type, capacity: count)
}

/// Frees memory of ``allocateZeroed(_:count:)``.
package func freeZeroed(_ pointer: UnsafeMutableRawPointer) { free(pointer) }

/// Asks the system to back memory with huge pages. A system without them refuses, which does no harm.
package func adviseHugePages(_ memory: UnsafeMutableRawPointer, byteCount: Int) {
  #if os(Linux)
    madvise(memory, byteCount, MADV_HUGEPAGE)
  #endif
}

/// Lets another thread have this CPU.
package func yieldProcessor() { sched_yield() }
