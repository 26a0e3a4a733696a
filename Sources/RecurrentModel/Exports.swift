// The cell is part of the configuration of a model, so importers of the model need the names of the cells.
@_exported public import RecurrentCells
