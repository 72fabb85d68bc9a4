"""The pages of PDF files and scans: characters and their places, read in the order they are meant in."""
