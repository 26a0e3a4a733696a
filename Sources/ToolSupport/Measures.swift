internal import Dispatch

/// The time on a clock that does not run backwards.
package func secondsNow() -> Double { Double(DispatchTime.now().uptimeNanoseconds) * 1e-9 }
