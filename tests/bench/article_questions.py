"""Asks a real article the questions that it answers and some that it only seems to.

    python -m tests.bench.article_questions ARTICLE [--json]

ARTICLE is the article as a reader pastes it, "Russian and Ukrainian officials met for talks
Monday …" of Israel Hayom, 28 February 2022, which is not in the repository. The questions
are: thirty that it answers, half of them in other words than its own, and twelve near its
topic that it does not. They were written before any answer was seen and are never changed.
"""

import argparse
import json
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from bot.answer_sets import contains, load_groups
from bot.answers import Answer
from bot.evaluate_answers import Outcome, evaluate
from bot.settings import Settings
from vectorstore.questionset import read_rows
from vectorstore.readers import Raw, read_source

QUESTIONS = Path(__file__).with_suffix(".jsonl")
PROMOTION = ("Follow Israel Hayom", "Subscribe to", "contributed to this report")


def main() -> int:
    arguments = _arguments()
    if not arguments.article.is_file():
        print(f"skipped: there is no {arguments.article}", file=sys.stderr)
        return 0
    questions = [row for _, row in read_rows(QUESTIONS)]
    outcomes = _ask(arguments.article, questions)
    result = measure(questions, outcomes)
    print(json.dumps(result, ensure_ascii=False) if arguments.json else _report(result))
    return 1 if result["promotion_shown"] or not result["quotes_verbatim"] else 0


def _ask(article: Path, questions: Sequence[Mapping[str, Any]]) -> Sequence[Outcome]:
    """Ask with the article as its reader finds it; ingesting then cuts what is promotion."""
    ((_, raw),) = read_source(str(article))
    if not isinstance(raw, Raw):
        raise raw
    given = {"articles": [{"text": raw.text, **raw.metadata}]}
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "items.jsonl"
        lines = (json.dumps({**question, **given}) + "\n" for question in questions)
        file.write_text("".join(lines), encoding="utf-8")
        return evaluate(file, load_groups(file), Settings()).outcomes


def measure(questions: Sequence[Mapping[str, Any]], outcomes: Sequence[Outcome]) -> dict[str, Any]:
    """Count what was right, by the words that were asked in, and list the rest."""
    asked = list(zip(questions, outcomes, strict=True))
    groups = {
        "in_its_words": [o for q, o in asked if q["answers"] and not q["paraphrased"]],
        "in_other_words": [o for q, o in asked if q["answers"] and q["paraphrased"]],
    }
    unanswerable = [o for q, o in asked if not q["answers"]]
    return {
        **{
            name: {
                "questions": len(group),
                "first": sum(o.rank == 1 for o in group),
                "shown": sum(o.rank is not None for o in group),
                "short_marked": sum(o.answer.short_answer is not None for o in group),
                "short_exact": sum(o.is_exact for o in group),
            }
            for name, group in groups.items()
        },
        "refused": sum(o.answer.refused for o in unanswerable),
        "unanswerable": len(unanswerable),
        "quotes_verbatim": all(o.is_verbatim for o in outcomes),
        "promotion_shown": sum(_shows_promotion(o.answer) for o in outcomes),
        "missed": [
            {
                "question": o.case.question,
                "rank": o.rank,
                "answer": o.answer.text,
                # Of a refusal: whether the right sentence was at least offered as near.
                "nearest": any(
                    contains(near.quote, fragment)
                    for near in o.answer.nearest
                    for fragment in o.case.fragments
                ),
            }
            for group in groups.values()
            for o in group
            if o.rank != 1
        ],
        "not_refused": [
            {"question": o.case.question, "answer": o.answer.text}
            for o in unanswerable
            if not o.answer.refused
        ],
    }


def _shows_promotion(answer: Answer) -> bool:
    shown = json.dumps(answer.to_json(), ensure_ascii=False).casefold()
    return any(line.casefold() in shown for line in PROMOTION)


def _report(result: Mapping[str, Any]) -> str:
    lines = ["answered by the right sentence"]
    for name in ("in_its_words", "in_other_words"):
        group = result[name]
        lines.append(
            f"  {name.replace('_', ' '):16} first {group['first']}, shown {group['shown']} of "
            f"{group['questions']}; short answer marked {group['short_marked']}, "
            f"exact {group['short_exact']}"
        )
    lines += [
        f"refused            {result['refused']} of {result['unanswerable']}",
        f"quotes verbatim    {'all' if result['quotes_verbatim'] else 'NOT ALL'}",
        f"promotion shown in {result['promotion_shown']} answers",
        "missed (rank of the right sentence if it is shown, ~ if only offered as near)",
        *(
            f"  {m['rank'] or ('~' if m['nearest'] else '-')}  {m['question']}\n     {m['answer']}"
            for m in result["missed"]
        ),
        "answered though the article does not say",
        *(f"  {m['question']}\n     {m['answer']}" for m in result["not_refused"]),
    ]
    return "\n".join(lines)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m tests.bench.article_questions",
        description="Thirty questions that a real article answers, and twelve that it does not.",
    )
    parser.add_argument("article", type=Path, metavar="ARTICLE", help="the article, as text")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
