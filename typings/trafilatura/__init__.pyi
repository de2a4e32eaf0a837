class Document:
    text: str | None
    title: str | None
    sitename: str | None
    author: str | None
    date: str | None
    url: str | None
    language: str | None

def bare_extraction(
    filecontent: bytes | str,
    *,
    include_comments: bool = ...,
    include_tables: bool = ...,
    with_metadata: bool = ...,
    date_extraction_params: dict[str, object] | None = ...,
) -> Document | None: ...
