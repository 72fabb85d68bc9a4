"""What a document is: its metadata, with reasons."""
