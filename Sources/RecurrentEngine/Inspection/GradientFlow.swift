/// The gradient flow through time: norms of the gradient of one prediction's loss with respect to earlier states.
///
/// For the loss of the prediction at step t, the gradient at lag k is that of the state after step t − k, along all
/// paths from this state to the loss. A vanishing gradient means that nothing is learned from characters at that
/// distance; a growing one, that it explodes.
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
  /// The number of positions averaged at each lag: fewer if the lag reaches beyond the start of some positions' lines.
  public var positionCounts: [Int]
}
