"""What lies in folders and archives, and what the bytes of a file are."""
