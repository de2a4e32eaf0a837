"""The corpus side: reading, cleaning, chunking, embedding, the library, retrieval."""
