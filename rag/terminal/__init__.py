"""What the ingestion command prints for a person: reports, lists, documents as they were understood."""
