"""What the office and web formats are read with."""
