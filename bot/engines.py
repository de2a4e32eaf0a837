"""Chooses who words the answers, by the settings and by what answers on this machine.

An engine that was asked for by name is the one, or an error says what is wanting; where none
was, Parley quotes if no model can be had, and says why. Nothing is sent anywhere here but the
question which models there are.
"""

from collections.abc import Callable
from urllib.parse import urlsplit

from bot.engine import Engine
from bot.extractive import ExtractiveEngine
from bot.llm import WritingEngine, discovery
from bot.llm.discovery import Listed, choose, find_local, is_loopback, list_models
from bot.llm.endpoint import ChatEndpoint
from bot.settings import Endpoint, Settings, SettingsError
from vectorstore.endpoint_embeddings import OPENAI
from vectorstore.errors import EndpointError, ParleyError

# For a model of which nobody says how much it takes in: what Ollama gives any model unless it
# is told otherwise (it cuts the rest in silence), and what any of OpenAI's own takes.
_SMALL_WINDOW, _OPENAI_WINDOW = 4_096, 32_768
_MOST_NAMED = 3
_UNTIL_THEN = "Until then answers are quotations."


def make_engine(settings: Settings, on_notice: Callable[[str], None]) -> Engine:
    """Return the engine; what writes and where passages go is told through `on_notice`.

    SettingsError or EndpointError if one that writes was asked for and cannot be had.
    """
    if settings.engine == "extractive":
        return ExtractiveEngine()
    try:
        endpoint = find_endpoint(settings)
        if endpoint is not None:
            return _writing(settings, endpoint, on_notice)
    except ParleyError as error:
        if settings.engine == "llm":
            raise
        on_notice(f"{error} {_UNTIL_THEN}")
        return ExtractiveEngine()
    if settings.engine == "llm":
        raise SettingsError(
            "PARLEY_ENGINE is llm, and nothing says where a model is: set OPENAI_API_KEY to use "
            "OpenAI, or OPENAI_BASE_URL to the address of a server (such as "
            "http://127.0.0.1:11434/v1), or start one on this machine; or set "
            "PARLEY_ENGINE=extractive to quote."
        )
    return ExtractiveEngine()


def find_endpoint(settings: Settings) -> Endpoint | None:
    """Return the endpoint that is configured, or a server on this machine, if there is one."""
    configured = settings.endpoint()
    if configured is not None:
        return configured
    local = find_local(discovery.LOCAL_PORTS)
    return Endpoint(local, None) if local else None


def make_model(settings: Settings, endpoint: Endpoint) -> ChatEndpoint:
    """Return the model at an endpoint that the settings name, or that the endpoint offers.

    SettingsError if it offers none or too many, EndpointError if it has to be asked and fails.
    """
    address = endpoint.base_url or OPENAI
    name, window = settings.model, settings.context_tokens
    if name is None:
        listed = _offered(endpoint, address)
        name, window = listed.name, window or listed.window
    elif window is None and not _is_openai(address):
        window = _window(endpoint, address, name)
    usual = _OPENAI_WINDOW if _is_openai(address) else _SMALL_WINDOW
    return ChatEndpoint(
        name, address, endpoint.key, window=window or usual, seconds=settings.deadline
    )


def _writing(
    settings: Settings, endpoint: Endpoint, on_notice: Callable[[str], None]
) -> WritingEngine:
    model = make_model(settings, endpoint)
    here = is_loopback(endpoint.base_url or OPENAI)
    to = (
        f"at {model.host}, on this machine"
        if here
        else f"and questions and the passages found for them are sent to {model.host}"
    )
    on_notice(f"{model.name} writes the answers, {to}; PARLEY_ENGINE=extractive quotes instead.")
    return WritingEngine(model, settings.deadline, settings.prices.get(model.name), here=here)


def _offered(endpoint: Endpoint, address: str) -> Listed:
    listed = list_models(address, endpoint.key)
    chosen = choose(listed)
    if chosen is not None:
        return chosen
    names = ", ".join(each.name for each in listed[:_MOST_NAMED])
    host = urlsplit(address).netloc
    raise SettingsError(
        f"{host} serves {len(listed):,} models ({names} …): set PARLEY_MODEL to the one that is "
        "to write."
        if listed
        else f"{host} names no model that writes: set PARLEY_MODEL to one that it serves."
    )


def _is_openai(address: str) -> bool:
    return urlsplit(address).hostname == urlsplit(OPENAI).hostname


def _window(endpoint: Endpoint, address: str, name: str) -> int | None:
    """Return how much a model takes in, if its endpoint says so; it need not even answer."""
    try:
        listed = list_models(address, endpoint.key)
    except EndpointError:
        # Whoever asks a question then is told what is the matter.
        return None
    return next((each.window for each in listed if each.name == name), None)
