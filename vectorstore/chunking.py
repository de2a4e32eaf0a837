"""Cuts an article into passages of whole sentences that fit the embedder.

A news paragraph is often one sentence, too little to stand alone, and an encyclopedia's
is often too much. So short paragraphs join their neighbours until a passage holds
`MIN_TOKENS`, and a paragraph over the limit is cut into even parts. Nothing here knows
which embedder counts the tokens.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from vectorstore.documents import Article, Kind, Passage, Span, content_id
from vectorstore.text import sentence_ranges

CountTokens = Callable[[Sequence[str]], list[int]]

# A paragraph of this many wordpieces stands alone: about three news sentences. Joining
# more (120, 160) blurs paragraphs that a reader would tell apart; see `parley eval retrieval`.
MIN_TOKENS = 80

_SPECIAL_TOKENS = 2  # the classifier and separator that an encoder adds to each text


@dataclass(frozen=True, slots=True)
class _Piece:
    """A sentence, or a part of one too long for the embedder, and its size in tokens."""

    start: int
    end: int
    tokens: int


def chunk(article: Article, count_tokens: CountTokens, max_tokens: int) -> list[Passage]:
    """Return the passages of `article`, in order, each with its sentences.

    Every sentence is in exactly one passage. A passage takes at most `max_tokens`
    wordpieces, special tokens included; a sentence longer than that is cut at a space.
    """
    limit = max_tokens - _SPECIAL_TOKENS
    packed: list[list[_Piece]] = []
    current: list[_Piece] = []
    for paragraph in _paragraphs(article, count_tokens, limit):
        # A paragraph is only cut where it does not fit by itself: its sentences lean on
        # each other.
        if current and _size(current) + _size(paragraph) > limit:
            packed.append(current)
            current = []
        *whole, current = _even_parts([*current, *paragraph], limit)
        packed.extend(whole)
        if _size(current) >= MIN_TOKENS:
            packed.append(current)
            current = []
    if current:
        packed.append(current)
    return [_passage(article, pieces) for pieces in packed]


def _size(pieces: Sequence[_Piece]) -> int:
    return sum(piece.tokens for piece in pieces)


def _even_parts(pieces: Sequence[_Piece], limit: int) -> list[list[_Piece]]:
    """Divide what is over the limit into parts about as long as each other."""
    even_part = _size(pieces) / max(1, -(-_size(pieces) // limit))
    parts: list[list[_Piece]] = [[]]
    for piece in pieces:
        held = _size(parts[-1])
        if parts[-1] and (held + piece.tokens > limit or held >= max(even_part, MIN_TOKENS)):
            parts.append([])
        parts[-1].append(piece)
    return parts


def _passage(article: Article, pieces: list[_Piece]) -> Passage:
    start, end = pieces[0].start, pieces[-1].end
    sentences = tuple(
        Span(_span_id(article, Kind.SENTENCE, piece.start, piece.end), piece.start, piece.end)
        for piece in pieces
    )
    return Passage(_span_id(article, Kind.PASSAGE, start, end), start, end, sentences)


def _span_id(article: Article, kind: Kind, start: int, end: int) -> str:
    return content_id(kind, article.id, article.version, start, end)


def _paragraphs(article: Article, count_tokens: CountTokens, limit: int) -> list[list[_Piece]]:
    text = article.text
    ranges = sentence_ranges(text, article.language)
    sizes = count_tokens([text[start:end] for start, end in ranges])
    paragraphs: list[list[_Piece]] = []
    previous_end = 0
    for (start, end), size in zip(ranges, sizes, strict=True):
        if not paragraphs or "\n" in text[previous_end:start]:
            paragraphs.append([])
        piece = _Piece(start, end, size - _SPECIAL_TOKENS)
        paragraphs[-1].extend(_fitting(text, piece, count_tokens, limit))
        previous_end = end
    return paragraphs


def _fitting(text: str, piece: _Piece, count_tokens: CountTokens, limit: int) -> list[_Piece]:
    """Halve `piece` at the space nearest its middle until every part fits."""
    if piece.tokens <= limit or piece.end - piece.start < 2:
        return [piece]
    middle = (piece.start + piece.end) // 2
    space = text.rfind(" ", piece.start + 1, middle)
    cut = space if space > piece.start else middle
    parts: list[_Piece] = []
    for start, end in ((piece.start, cut), (cut, piece.end)):
        part = text[start:end]
        start += len(part) - len(part.lstrip())
        if start < end:
            size = count_tokens([text[start:end]])[0] - _SPECIAL_TOKENS
            parts.extend(_fitting(text, _Piece(start, end, size), count_tokens, limit))
    return parts
