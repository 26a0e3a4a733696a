/// The gradient flow through time: norms of the gradient of one prediction's loss with respect to earlier states.
///
/// For the loss of the prediction at step t, the gradient at lag k is that with respect to the state after step t − k,
/// along all paths from this state to the loss. At lags where it vanishes, training learns nothing; where it grows with
/// the lag, it explodes.
public struct GradientFlow: Equatable, Sendable {
  /// A state whose gradient is measured.
  public typealias Quantity = RecurrentState

  /// The gradient norms of one state of one layer.
  public struct Curve: Equatable, Sendable {
    /// The layer, counted from 0 for the lowest.
    public var layer: Int
    /// The state.
    public var quantity: Quantity
    /// The Euclidean norm of the gradient, averaged over the positions, by lag from 0.
    public var norms: [Double]
  }

  /// The curves of each layer from the lowest, h and then c if the cell has one.
  public var curves: [Curve]
  /// The number of positions averaged at each lag. Long lags have fewer positions if they reach beyond the start of a
  /// line.
  public var positionCounts: [Int]
}
