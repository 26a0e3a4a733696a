/// Curves over common axes, and what the legend says of them.
package struct Chart: Sendable {
  /// A horizontal or vertical axis.
  package struct Axis: Sendable {
    package var title: String
    package var scale: Scale

    package init(title: String, scale: Scale = .linear) {
      self.title = title
      self.scale = scale
    }
  }

  /// The vertical axis once more, at the right, in another unit.
  package struct SecondUnit: Sendable {
    package var title: String
    /// What a value of the left axis is multiplied with.
    package var factor: Double

    package init(title: String, factor: Double) {
      self.title = title
      self.factor = factor
    }
  }

  /// Lines of one colour.
  package struct Group: Sendable {
    package var name: String
    /// What the legend says after the name.
    package var note: String
    package var lines: [Line]
    /// Behind the lines.
    package var band: Band?

    package init(name: String, note: String = "", lines: [Line], band: Band? = nil) {
      self.name = name
      self.note = note
      self.lines = lines
      self.band = band
    }
  }

  /// What lies between two lines that have the same places on the horizontal axis.
  package struct Band: Sendable {
    package var lower: [Point]
    package var upper: [Point]

    package init(lower: [Point], upper: [Point]) {
      self.lower = lower
      self.upper = upper
    }
  }

  package struct Line: Sendable {
    package enum Weight: String, Sendable {
      /// For what is noisy.
      case fine
      case strong
    }

    package var name: String
    package var weight: Weight
    /// In the order in which the line goes through them.
    package var points: [Point]
    /// A point with a ring around it.
    package var marked: Point?

    package init(name: String, weight: Weight, points: [Point], marked: Point? = nil) {
      self.name = name
      self.weight = weight
      self.points = points
      self.marked = marked
    }
  }

  /// What is read out for people who do not see the chart.
  package var title: String
  package var x: Axis
  package var y: Axis
  package var secondUnit: SecondUnit?
  package var groups: [Group]

  package init(title: String, x: Axis, y: Axis, secondUnit: SecondUnit? = nil, groups: [Group]) {
    self.title = title
    self.x = x
    self.y = y
    self.secondUnit = secondUnit
    self.groups = groups
  }
}
