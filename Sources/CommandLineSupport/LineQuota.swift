/// A quota of lines that come faster than one can read them: a screenful at once, and then one a second.
public struct LineQuota {
  private static let capacity = 20.0
  private var available = capacity
  private var lastTime: Double?

  public init() {}

  /// Takes a line from the quota.
  ///
  /// - Parameter seconds: The time now.
  /// - Returns: Whether the line may be printed.
  public mutating func take(at seconds: Double) -> Bool {
    available = min(Self.capacity, available + seconds - (lastTime ?? seconds))
    lastTime = seconds
    guard available >= 1 else { return false }
    available -= 1
    return true
  }
}
