"""The writing engine: a model at an OpenAI-compatible endpoint words the answers."""
