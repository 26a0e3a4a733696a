// A cell is part of what a model is: whoever imports the model knows its cells.
@_exported public import RecurrentCells
