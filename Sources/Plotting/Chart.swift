/// Curves over common axes, with a legend.
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

  /// A second unit for the vertical axis, shown on the right.
  package struct SecondUnit: Sendable {
    package var title: String
    /// Factor from the unit of the left axis to this one.
    package var factor: Double

    package init(title: String, factor: Double) {
      self.title = title
      self.factor = factor
    }
  }

  /// Lines of one colour.
  package struct Group: Sendable {
    package var name: String
    /// The legend text after the name.
    package var note: String
    package var lines: [Line]
    /// The band behind the lines.
    package var band: Band?

    package init(name: String, note: String = "", lines: [Line], band: Band? = nil) {
      self.name = name
      self.note = note
      self.lines = lines
      self.band = band
    }
  }

  /// The area between two lines with the same x values.
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
      /// For noisy values.
      case fine
      case strong
    }

    package var name: String
    package var weight: Weight
    /// Points in the order of the line.
    package var points: [Point]
    /// A point marked with a ring.
    package var marked: Point?

    package init(name: String, weight: Weight, points: [Point], marked: Point? = nil) {
      self.name = name
      self.weight = weight
      self.points = points
      self.marked = marked
    }
  }

  /// The title, which screen readers read aloud.
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
