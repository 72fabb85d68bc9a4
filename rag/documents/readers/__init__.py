"""A module for each format: its `read` makes an `Extract` of a `SourceFile`."""
