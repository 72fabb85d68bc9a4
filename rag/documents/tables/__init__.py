"""Tables: their cells, their headers, their rows told as sentences."""
