"""The bundled embedding model, and the maintainer's scripts that make it."""
