internal import Dispatch

/// Returns the time of a monotonic clock, in seconds.
package func secondsNow() -> Double { Double(DispatchTime.now().uptimeNanoseconds) * 1e-9 }
