"""Which articles a conversation asks: read from a page, written as JSON, made a filter."""

from typing import Any

import pytest

from bot.scope import Scope, ScopeError
from vectorstore.documents import Filter

WHOLE = Scope(
    since="2022-03-01",
    until="2022-03-31",
    as_of="2022-03-29",
    publishers=("The Lake Courier", "Étoile du “Nord”"),
    articles=("a1", "b2"),
)


@pytest.mark.parametrize("scope", [Scope(), WHOLE, Scope(articles=("a1",)), Scope(until="2022")])
def test_only_an_empty_scope_leaves_nothing_out(scope: Scope) -> None:
    assert bool(scope) is (scope != Scope())


@pytest.mark.parametrize("scope", [Scope(), WHOLE, Scope(as_of="2022-03-29")])
def test_a_scope_comes_back_from_its_json(scope: Scope) -> None:
    assert Scope.from_json(scope.to_json()) == scope


def test_the_json_of_everything_is_empty() -> None:
    assert Scope().to_json() == "{}"


def test_a_scope_narrows_a_filter_and_keeps_what_else_is_in_it() -> None:
    narrowed = WHOLE.narrow(Filter(samples=False))

    assert narrowed == Filter(
        since="2022-03-01",
        until="2022-03-29",
        publishers=WHOLE.publishers,
        articles=WHOLE.articles,
        samples=False,
    )
    assert Scope().narrow(Filter(samples=False)) == Filter(samples=False)


@pytest.mark.parametrize(
    ("until", "as_of", "last"),
    [
        (None, None, None),
        ("2022-03-31", None, "2022-03-31"),
        (None, "2022-03-29", "2022-03-29"),
        ("2022-03-31", "2022-03-29", "2022-03-29"),
        ("2022-03-01", "2022-03-29", "2022-03-01"),
    ],
)
def test_as_of_a_day_is_up_to_it(until: str | None, as_of: str | None, last: str | None) -> None:
    assert Scope(until=until, as_of=as_of).narrow(Filter()).until == last


def test_a_page_may_leave_fields_empty_or_out() -> None:
    given = {"since": "", "until": None, "publishers": [], "articles": None, "other": 1}

    assert Scope.of(given) == Scope.of({}) == Scope()


def test_what_is_ticked_twice_counts_once_in_its_order() -> None:
    scope = Scope.of({"publishers": ["b", "a", "b"], "articles": ["2", "1", "2"]})

    assert (scope.publishers, scope.articles) == (("b", "a"), ("2", "1"))


def test_a_long_name_stays_whole() -> None:
    name = "W" * 1_000

    assert Scope.of({"publishers": [name]}).publishers == (name,)


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({"since": "yesterday"}, "From: yesterday is no day"),
        ({"until": "2022-02-30"}, "To: 2022-02-30 is no day"),
        ({"as_of": "2022-W12-3"}, "As of: 2022-W12-3 is no day"),
        ({"as_of": "20220329"}, "2022-03-29"),
        ({"since": "2022-03-29T10:00"}, "From: "),
        ({"since": "٢٠٢٢-03-29"}, "From: "),
        ({"since": ["2022-03-29"]}, "From: "),
        ({"since": "2022-03-29\n"}, "From: "),
        ({"since": "2022-03-30", "until": "2022-03-29"}, "no article can pass"),
        ({"since": "2022-03-30", "as_of": "2022-03-29"}, "no article can pass"),
        (
            {"since": "2022-03-30", "until": "2022-04-01", "as_of": "2022-03-29"},
            "no article can pass",
        ),
        ({"articles": [str(number) for number in range(2_001)]}, "2,001 articles"),
        # What cannot be read must not become a filter that lets everything pass.
        ({"articles": "a1"}, "damaged"),
        ({"publishers": {"name": "x"}}, "damaged"),
        ({"articles": [1]}, "damaged"),
        ({"articles": [None]}, "damaged"),
        ({"articles": [{"id": "a1"}]}, "damaged"),
        ([], "damaged"),
        (None, "damaged"),
        ("{}", "damaged"),
    ],
)
def test_what_is_wrong_in_a_scope_is_named(given: Any, named: str) -> None:
    with pytest.raises(ScopeError, match=named):
        Scope.of(given)


def test_the_same_day_first_and_last_is_a_day() -> None:
    scope = Scope.of({"since": "2022-03-29", "until": "2022-03-29", "as_of": "2022-03-29"})

    assert scope.since == scope.last == "2022-03-29"


def test_as_many_articles_as_allowed_are_all_kept() -> None:
    articles = tuple(str(number) for number in range(2_000))

    assert Scope.of({"articles": list(articles)}).articles == articles


def test_a_long_value_is_not_repeated_whole() -> None:
    with pytest.raises(ScopeError) as failure:
        Scope.of({"since": "x" * 10_000})

    assert len(str(failure.value)) < 100
