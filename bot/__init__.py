"""The conversation side: engines, the chain, the page and the command line."""
