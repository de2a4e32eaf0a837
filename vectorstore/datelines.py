"""Finds where a text or a file's name says when it was published.

In a text that is a line of its own near the top ("Published: 29 March 2022"), or a dateline
with a year that opens the story ("GENEVA, 29 March 2022 (Harbour Wire) -"). A date within a
sentence, a caption or a chronology is an event's, and a date of updating is no publication.
Knows nothing of any format, and never what day it is.
"""

import re
from collections.abc import Iterable, Sequence
from pathlib import PurePath

from vectorstore.date_texts import Day, calendar_day
from vectorstore.dates import parse_date
from vectorstore.documents import Precision

_TOP_LINES = 15
# A standfirst and the story's first paragraph; a shorter line is a title, a byline, a caption.
_PROSE = 120
_PROSE_LINES = 2
_LONGEST_LINE = 160
_LONGEST_PIECE = 48
_MOST_DATED = 40

_PUBLISHED = (
    r"(?:first |originally |initially )?(?:published|posted|released|issued|filed)(?: (?:at|on))?"
    r"|(?:date (?:published|posted|of publication)|(?:publication|publish|release|issue|posting)"
    r" date|pub date)"
    r"|опубликован[оа]?|дата публикации|размещено|опубліковано|дата публікації|оприлюднено"
    r"|апублікавана|публикувано|objavljeno|veröffentlicht(?: am)?|erschienen(?: am)?"
    r"|erstellt(?: am)?|publiée?(?: le)?|paru(?: le)?|mis en ligne le|publicado(?: el| em)?"
    r"|fecha de publicación|data de publicação|pubblicato(?: il)?|data di pubblicazione"
    r"|gepubliceerd(?: op)?|opublikowano|data publikacji|publikováno|zveřejněno|publikované"
    r"|yayınlan(?:ma(?: tarihi)?|dı)|yayım(?:lanma)? tarihi|oluşturulma(?: tarihi)?|giriş tarihi"
    r"|publicerad|publiceret|publisert|julkaistu|publicat|megjelent|közzétéve|δημοσιεύθηκε"
    r"|نشرت?(?: في| بتاريخ)?|تاريخ النشر|تاریخ انتشار|פורסם(?: בתאריך)?|תאריך פרסום"
    r"|发布时间|发布于|發佈時間|发表时间|公開日時?|配信|掲載日?|입력|게시일"
)
_UPDATED = (
    r"(?:last |latest )?(?:updated?|modified|edited|revised|corrected|changed|reviewed|accessed"
    r"|retrieved|saved|printed|archived)|as of"
    r"|(?:последнее )?(?:обновлен[оие]+|изменен[оие]+)|(?:останнє )?(?:оновлен[оня]+|змінен[оня]+)"
    r"|(?:zuletzt )?(?:aktualisiert|geändert)|stand|mise? à jour|modifiée?|actualisée?"
    r"|(?:última )?actualiza(?:do|ción)|(?:última )?atualiza(?:do|ção)|(?:ultimo )?aggiorna\w+"
    r"|modifica(?:to|ta)?"
    r"|bijgewerkt|laatst gewijzigd|(?:ostatnia )?aktualiza\w+|zaktualizowano|(?:son )?güncelle\w+"
    r"|uppdaterad|opdateret|oppdatert|päivitetty|frissítve|ενημερώθηκε|آخر تحديث|تحديث|بروزرسانی"
    r"|עודכן|עדכון אחרון|更新(?:时间|日時|日)?|수정"
)
_LABEL = re.compile(rf"(?:{_PUBLISHED})(?!\w)[\s:：.–—-]*", re.I)
_WEAK_LABEL = re.compile(r"(?:date|dated|дата|datum|fecha|data|tarih|التاريخ|תאריך)\s*:\s*", re.I)
_BY_OR_IN = re.compile(r"(?:by|in|under) [^\d]{2,60}?(?:,| on\b| at\b| [|–—-])\s*", re.I)
_UPDATE = re.compile(rf"(?:{_UPDATED})(?!\w)", re.I)
_UPDATE_AT_END = re.compile(rf"(?<!\w)(?:{_UPDATED})[\s:.–—-]*(?:on|at|am|le|el|il)?[\s:]*$", re.I)
_UPDATE_AFTER = re.compile(rf"[\s,;(/]+(?=(?:{_UPDATED})(?!\w))", re.I)
_BYLINE = re.compile(r"(?:by|von|par|por|di|door|автор|текст|od|av)(?::| )\s*[^\d]{2,}", re.I)
_AFTER_NAMES = re.compile(r"[,–—-]\s+| on |\s(?=\d|[^\W\d_]+\.? \d)")
_MOST_NAMES = 8
_BY_AFTER = re.compile(r",? (?:by|in|under) [^\d]{2,60}$", re.I)
_NOT_ITS_OWN = re.compile(
    r"\b(?:photo|picture|image|file|caption|event|deadline|valid|due|when|until|expires|foto|фото"
    r"|getty|copyright|comments?|all rights)\b|©",
    re.I,
)
_APPOINTMENT = re.compile(r"(?:venue|location|place|where|time|agenda|register|rsvp)\s*:", re.I)
_LIST_ITEM = re.compile(r"(?:[-*•–—+]|\d{1,3}[.)])\s+(?!\d{1,2}[./]|[^\W\d_]+\.?\s+\d{4})")
_BETWEEN_PIECES = re.compile(r"\s*[|•·●\t]\s*|\s+//?\s+(?=[\dA-Za-z])")
# Arabic writes them over the letters, or not.
_VOWELS = re.compile("[\u064b-\u0652\u0640]")
_MARKUP = "*_#>` \t"

_DASH = re.compile(r"\s*(?:—|–)\s*|\s+--?\s+")
_SOURCE = re.compile(r"\([^()]{2,40}\)|/[^/]{2,40}/")
_LONGEST_DATELINE = 110
_LONGEST_PLACE = 60
_MOST_DATELINES = 100

_NAME_WHOLE = re.compile(
    r"(?<![A-Za-z\d])(?:"
    r"(?P<y>\d{4})(?P<s>[-_. ])(?P<m>\d\d)(?P=s)(?P<d>\d\d)"
    r"|(?P<y2>(?:19|20)\d\d)(?P<m2>\d\d)(?P<d2>\d\d)"
    r"|(?P<d3>\d\d)(?P<s3>[-_.])(?P<m3>\d\d)(?P=s3)(?P<y3>(?:19|20)\d\d)"
    r")(?:T\d{4,6}Z?)?(?![A-Za-z\d])"
)
_NAME_MONTH = re.compile(r"(?<![A-Za-z\d])((?:19|20)\d\d)([-_.])(\d\d)(?![A-Za-z\d])(?!\2\d)")
_DIGITS_BEFORE = re.compile(r"\d[-_. +]$")
# What a machine dates is when it was at work, and says so.
_NOT_BY_ITS_PUBLISHER = re.compile(
    r"screen ?shot|scan|sav(?:ed?|ing)|download|export|backup|captur|dump|access|retriev|updat"
    r"|archiv|printed|\bimg|\(\d[\d_. -]+\d(?: ?[AP]M)?\)",
    re.I,
)


def find_published(text: str, language: str | None = None) -> tuple[str, Precision, str] | None:
    """Return (ISO form, precision, where) of the date that `text` gives as its own, or None.

    `where` is "date line" or "dateline". Lines are as the source has them: once they are
    joined to paragraphs, a date line is gone. `language` is as for `parse_date`.
    """
    lines = [stripped for line in text.split("\n") if (stripped := line.strip())]
    top = _top(lines)
    found = find_date_line(top, language)
    if found and (found[1] or _is_one_day(lines, language)):
        return *found[0], "date line"
    opened = next((day for line in top if (day := _read_dateline(line, language))), None)
    if opened is None:
        return None
    # Several days open the entries of a chronology, or the stories of a digest.
    others = (_read_dateline(line, language) for line in lines[:_MOST_DATELINES])
    return (*opened, "dateline") if {opened} == {day for day in others if day} else None


def find_date_line(lines: Iterable[str], language: str | None = None) -> tuple[Day, bool] | None:
    """Return the date among the lines above a story, and if it has a label; None if unclear.

    A label may stand in a line of its own, before that of its date.
    """
    joined: list[str] = []
    for line in lines:
        if joined and is_label(joined[-1]):
            joined[-1] = f"{joined[-1]} {line}"
        else:
            joined.append(line)
    found = [each for line in joined if (each := read_date_line(line, language))]
    labelled = [each for each in found if each[1]]
    if labelled:
        return labelled[0]
    if len({day[0][:10] for day, _ in found}) != 1 or any(map(_APPOINTMENT.match, joined)):
        return None
    return found[0]


def read_date_line(line: str, language: str | None = None) -> tuple[Day, bool] | None:
    """Return the date of a line that holds nothing else of weight, and if it has a label.

    Beside the date may stand a byline and, between bars, a section or an outlet. Of
    "Published 28 February 2022, updated 1 March 2022" the first counts.
    """
    line = _VOWELS.sub("", line).strip(_MARKUP).replace("**", "").replace("__", "")
    if len(line) > _LONGEST_LINE or not any(map(str.isdecimal, line)) or _NOT_ITS_OWN.search(line):
        return None
    pieces = _pieces(line)
    if not pieces or (_UPDATE.match(pieces[-1]) and is_label(pieces[-1])):
        return None
    found = [_read_piece(piece, language) for piece in pieces]
    if any(each is None and len(p) > _LONGEST_PIECE for p, each in zip(pieces, found, strict=True)):
        return None
    days = [each for each in found if each]
    labelled = [each for each in days if each[1]]
    if labelled:
        return labelled[0]
    return days[0] if len({day for day, _ in days}) == 1 else None


def is_label(words: str) -> bool:
    """Tell if the words say no more than that a date of publishing or updating follows."""
    words = words.strip(_MARKUP)
    return any(
        (match := label.match(words)) and not words[match.end() :].strip(" :：.–—-")
        for label in (_LABEL, _WEAK_LABEL, _UPDATE)
    )


def says_updated(before: str) -> bool:
    """Tell if what stands before a date makes it one of updating."""
    return _UPDATE_AT_END.search(before[-_LONGEST_PIECE:]) is not None


def published_from_name(name: str) -> tuple[str, Precision] | None:
    """Return (ISO form, precision) of the date in a file's name, or None.

    A whole date or a year and month, set apart from other figures; a year alone is rather
    what the text is about. Two dates are a range, and what a machine saved is dated by it.
    """
    stem = PurePath(name).name.rsplit(".", 1)[0]
    if _NOT_BY_ITS_PUBLISHER.search(stem):
        return None
    found = set[Day | None]()
    for match in _NAME_WHOLE.finditer(stem):
        if not _DIGITS_BEFORE.search(stem[: match.start()]):
            parts = match.groupdict()
            year, month, day = (
                int(next(v for k in (key, f"{key}2", f"{key}3") if (v := parts[k])))
                for key in "ymd"
            )
            unsettled = parts["d3"] is not None and day <= 12 and day != month
            found.add(None if unsettled else calendar_day(year, month, day))
    if not found:
        found = {_month_in_name(match) for match in _NAME_MONTH.finditer(stem)}
    return found.pop() if len(found) == 1 else None


def _month_in_name(match: re.Match[str]) -> Day | None:
    year, month = int(match[1]), int(match[3])
    # 2011-12 may be two years.
    return None if month == (year + 1) % 100 else calendar_day(year, month)


def _top(lines: Sequence[str]) -> list[str]:
    """Return the lines down to the story's first paragraph, with it."""
    top: list[str] = []
    prose = 0
    for line in lines[:_TOP_LINES]:
        if not _LIST_ITEM.match(line):
            top.append(line)
        prose += len(line) >= _PROSE
        if prose == _PROSE_LINES:
            break
    return top


def _is_one_day(lines: Sequence[str], language: str | None) -> bool:
    """Tell if no other day heads a part of the text, as the days of a chronology do."""
    short = [line for line in lines if len(line) <= _LONGEST_PIECE and re.search(r"\d{4}", line)]
    if len(short) > _MOST_DATED:
        return False
    found = (parse_date(line.strip(_MARKUP + ":"), language) for line in short)
    return len({day[0][:10] for day in found if day and day[1] is not Precision.YEAR}) <= 1


def _pieces(line: str) -> list[str]:
    """Divide a line at its bars, and before a word of updating; a label goes with its date."""
    parts = [
        piece.strip(" ,;()–—-")
        for part in _BETWEEN_PIECES.split(line)
        for piece in _UPDATE_AFTER.split(part)
    ]
    joined: list[str] = []
    for piece in filter(None, parts):
        if joined and is_label(joined[-1]):
            joined[-1] = f"{joined[-1]} {piece}"
        else:
            joined.append(piece)
    return joined


def _read_piece(piece: str, language: str | None) -> tuple[Day, bool] | None:
    if label := _LABEL.match(piece):
        rest = piece[label.end() :]
        rest = _BY_AFTER.sub("", _BY_OR_IN.sub("", rest, 1))
        day = parse_date(rest, language)
        return (day, True) if day else None
    weak = _WEAK_LABEL.match(piece)
    day = parse_date(piece[weak.end() :] if weak else piece, language)
    if day is None and _BYLINE.match(piece):
        day = _after_byline(piece, language)
    # A year alone may be a heading or the number of a page.
    return (day, False) if day and day[1] is not Precision.YEAR else None


def _after_byline(piece: str, language: str | None) -> Day | None:
    ends = [match.end() for match in _AFTER_NAMES.finditer(piece)][:_MOST_NAMES]
    return next((day for end in ends if (day := parse_date(piece[end:], language))), None)


def _read_dateline(line: str, language: str | None) -> Day | None:
    """Return the date of "PLACE, DATE (SOURCE) -" or "DATE - " at the start of a paragraph."""
    line = line.lstrip(_MARKUP).replace("**", "").replace("__", "")[:_LONGEST_DATELINE]
    for dash in _DASH.finditer(line):
        head = _SOURCE.sub(" ", line[: dash.start()]).strip(" ,.")
        if re.search(r"\d{4}", head):
            return _read_head(head, language) if len(line) > dash.end() else None
    return None


def _read_head(head: str, language: str | None) -> Day | None:
    """Return the date that follows the place, comes before it, or is alone."""
    first, comma, place = head.rpartition(",")
    if comma and (day := parse_date(first, language)) and _is_filed(day, f"{place.strip()},"):
        return day
    starts = [0, *(match.end() for match in re.finditer(r"[\s,.]+", head))]
    for start in starts:
        place = head[:start].rstrip()
        if any(map(str.isdecimal, place)):
            break
        day = parse_date(head[start:], language)
        if day and _is_filed(day, place):
            return day
    return None


def _is_filed(day: Day, place: str) -> bool:
    return day[1] in (Precision.DAY, Precision.MINUTE) and _is_place(place)


def _is_place(place: str) -> bool:
    """Tell if this can be where a story was filed: large letters, or few names and a comma."""
    names = [name for name in re.split(r"[\s,.]+", place) if name]
    if len(place) > _LONGEST_PLACE or any(map(str.isdecimal, place)):
        return False
    if not names or place.strip(" ,.").isupper():
        return True
    return place[-1] in ",." and len(names) <= 4 and all(not name[0].islower() for name in names)
