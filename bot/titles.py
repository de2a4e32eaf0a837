"""What conversations and briefings are called, on the page and as files."""

from vectorstore.errors import ParleyError

_TITLE = 80
_FILE_NAME = 60


def tidy_title(title: str, of: str = "conversation") -> str:
    """Return a title as a conversation can have it; ParleyError if nothing is left of it."""
    tidy = " ".join(title.split())[:_TITLE].strip()
    if not tidy:
        raise ParleyError(f"A {of} needs a title: type one.")
    return tidy


def title_of(question: str) -> str:
    """Return the title of what begins with a question, or is on a topic."""
    line = " ".join(question.split())
    return line if len(line) <= _TITLE else line[:_TITLE].rsplit(" ", 1)[0] + " …"


def file_name(title: str) -> str:
    """Return a name for the file of a conversation of this title, without an ending."""
    words = "".join(char if char.isalnum() else " " for char in title.lower()).split()
    return "-".join(words)[:_FILE_NAME].strip("-") or "conversation"
