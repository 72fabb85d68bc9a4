"""What other programs use beside the page: HTTP as OpenAI's clients speak it, REST, MCP, a LangChain retriever."""
