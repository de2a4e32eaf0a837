"""Every error that Parley raises on purpose.

    ParleyError              the root: its text is one line for the reader, naming the mend
    ├── ReadError            one input could not be read as an article
    ├── CorrectionError      what a reader says of an article cannot be taken
    ├── NamesError           a table of names cannot be read
    ├── ModelError           a model that comes with Parley cannot be used
    ├── EndpointError        a model at an endpoint cannot be used
    │   └── IncompleteError  its answer began and did not end as it should
    ├── FingerprintError     the library holds vectors of another embedder
    ├── LibraryError         the data folder or its library is at fault
    │   ├── LockedError      another process holds the data folder
    │   └── NotFoundError    no article of that id
    └── VectorIndexError     the vector index failed or disagrees with the library

A message says what happened, to which input, and what to do about it. Anything
else that escapes (`TypeError`, `KeyError`, …) is a bug in Parley and is shown as
such.
"""


class ParleyError(Exception):
    """Root of the tree; `str(error)` is one line fit to be shown to a reader."""


class ReadError(ParleyError):
    """An input could not be read as an article; the message names the input."""


class CorrectionError(ParleyError):
    """A reader's correction is of no use; the message names the field and how to write it."""


class NamesError(ParleyError):
    """A table of names is of another form; the message names the file."""


class ModelError(ParleyError):
    """A file of a bundled model is missing or damaged; the message names it."""


class EndpointError(ParleyError):
    """A model at an endpoint cannot be used; the message names the host, the model, the mend."""


class IncompleteError(EndpointError):
    """A model's answer began and did not end as it should: cut, garbled, too slow, too long."""


class FingerprintError(ParleyError):
    """The vectors at hand were made by another embedder than the one in use."""


class LibraryError(ParleyError):
    """The data folder or the library in it cannot be used."""


class LockedError(LibraryError):
    """Another process holds the data folder; the message says which and what to do."""


class NotFoundError(LibraryError):
    """The library holds no such article."""


class VectorIndexError(ParleyError):
    """The vector index failed, or does not hold what the library says it should."""
