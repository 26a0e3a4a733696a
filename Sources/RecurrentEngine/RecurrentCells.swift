// The cells are named in the interface of this module, so that nobody needs to import theirs.
@_exported public import RecurrentCells
