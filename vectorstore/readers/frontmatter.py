"""Takes YAML front matter off a text and keeps of it what Parley knows."""

import frontmatter
import yaml

from vectorstore.readers.raw import select_metadata

# Six short fields need no more; a longer block is not front matter but an attack or a dump.
_MAX_LINES = 60


def split_front_matter(text: str) -> tuple[dict[str, str], str, tuple[str, ...]]:
    """Return the metadata, the body, and notes on what could not be read.

    Front matter that is not YAML stays in the body, with a note: nothing is lost.
    """
    text = text.lstrip("\ufeff\n ")
    lines = text.split("\n", _MAX_LINES)
    if lines[0].rstrip() != "---" or not any(line.rstrip() == "---" for line in lines[1:-1]):
        return {}, text, ()
    try:
        post = frontmatter.loads(text, handler=frontmatter.YAMLHandler())
    except (yaml.YAMLError, ValueError) as error:
        problem = str(getattr(error, "problem", None) or error).splitlines()[0]
        return {}, text, (f"the front matter is not valid YAML ({problem}) and was left in",)
    return select_metadata(post.metadata.items()), post.content, ()
