"""What the chat page is made of: panels as HTML, texts in two languages, the theme."""
