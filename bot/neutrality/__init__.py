"""Is a text worded neutrally? Rules that flag words, and never a verdict."""
