"""Damaged files of every format: each has its row, and none breaks or hangs its reader.

`make test` reads a sample; `make soak` reads as many as PARLEY_FUZZ says.
"""

import json
import os
import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.documents import archive, column, docx, mail, pdf
from tests.fuzzing import damaged
from vectorstore.errors import ReadError
from vectorstore.reading import Reading

FILES = int(os.environ.get("PARLEY_FUZZ", "60"))

PARAGRAPHS = [
    f"Delegation {number} met in the port of Vell on Tuesday, its leader, Ana Kestrel, said. "
    "“We came to open the harbour,” she added, after four hours of talks with Iven Orlo."
    for number in range(12)
]
STATED = json.dumps({"@type": "NewsArticle", "headline": "Talks in Vell"})
HTML = f"""<!DOCTYPE html>
<html lang="en"><head><title>Talks in Vell | Courier</title>
<meta property="og:site_name" content="Courier"><link rel="canonical" href="https://a.example/1">
<meta property="article:published_time" content="2031-05-06T10:00:00+02:00">
<script type="application/ld+json">{STATED}</script>
</head><body><nav><a href="/">Home</a></nav><article><h1>Talks in Vell</h1>
{"".join(f"<p>{each}</p>" for each in PARAGRAPHS)}<table><tr><td>1</td><td>2</td></tr></table>
</article><footer>© Courier</footer></body></html>"""
LINES = "\n".join(
    json.dumps({"text": each, "title": "Talks", "published": "2031-05-06"}) for each in PARAGRAPHS
)

SOUND: dict[str, Callable[[], bytes]] = {
    "html": lambda: HTML.encode(),
    "jsonl": lambda: LINES.encode(),
    "pdf": lambda: pdf([column(textwrap.wrap(" ".join(part), 80)) for part in halves(PARAGRAPHS)]),
    "docx": lambda: docx(*PARAGRAPHS, title="Talks in Vell"),
    "eml": lambda: mail("\n\n".join(PARAGRAPHS), HTML).as_bytes(),
    "zip": lambda: archive({"a.html": HTML, "b/c.jsonl": LINES}),
}


def halves(paragraphs: list[str]) -> tuple[list[str], list[str]]:
    return paragraphs[:6], paragraphs[6:]


@pytest.mark.parametrize("ending", SOUND)
def test_a_sound_file_is_read(ending: str, tmp_path: Path) -> None:
    file = tmp_path / f"sound.{ending}"
    file.write_bytes(SOUND[ending]())
    with Reading() as reading:
        found = list(reading.source(str(file)))
    assert found
    assert not [each for each in found if isinstance(each.read, ReadError)]


@pytest.mark.slow
@pytest.mark.parametrize("ending", SOUND)
def test_damaged_files_have_their_rows(ending: str, tmp_path: Path) -> None:
    sound = SOUND[ending]()
    file = tmp_path / f"damaged.{ending}"
    wrong: list[str] = []
    with Reading() as reading:
        for number in range(FILES // len(SOUND)):
            content = damaged(sound, f"{ending} {number}")
            file.write_bytes(content)
            found = list(reading.file(file, file.name))
            assert found, f"damaged {number} vanished"
            said = [str(each.read) for each in found if isinstance(each.read, ReadError)]
            assert all(said), f"damaged {number} was rejected without a reason"
            wrong += [
                f"{number}: {each}"
                for each in said
                if "took longer" in each or "broke its reader" in each
            ]
    assert wrong == []
