"""Web pages: their text, what in them is no part of it, their blocks and tables, what they say of themselves."""
