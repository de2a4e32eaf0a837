"""The browser page. Only `page` and what `server.serve` loads import Gradio."""
