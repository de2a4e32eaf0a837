"""Neutral briefings over news articles, every line of which can be checked."""
