"""Every setting, read once: from the environment, then from `parley.toml` in the data folder.

Nothing else in Parley reads the environment. A setting that cannot be met is a
`SettingsError` that names it and the mend.
"""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

import platformdirs
from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    SecretStr,
    ValidationError,
    field_validator,
)
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from vectorstore.errors import ParleyError

_KEY, _ADDRESS = "openai_api_key", "openai_base_url"


class SettingsError(ParleyError):
    """A setting cannot be understood or met; the message names it and the mend."""


class Price(BaseModel):
    """What a model costs, in US dollars a million tokens: read, and written."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    input: float = Field(ge=0)
    output: float = Field(ge=0)


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where models are served; `base_url` is None for OpenAI itself. The key is never shown."""

    base_url: str | None
    key: str | None = field(repr=False)


def _default_home() -> Path:
    return Path(platformdirs.user_data_dir("parley", appauthor=False))


class _Home(BaseSettings):
    """Where the data folder is: must be known before the file in it can be read."""

    model_config = SettingsConfigDict(env_prefix="PARLEY_", extra="ignore", env_ignore_empty=True)

    home: Path = Field(default_factory=_default_home)


class Settings(BaseSettings):
    """Parley's settings; each may be given as `PARLEY_<NAME>`, or in `parley.toml`.

    Those of the endpoint have the names that other programs read too, in the environment
    `OPENAI_API_KEY` and `OPENAI_BASE_URL`; the key is read from there alone. They are looked
    into when a model at the endpoint is wanted, and not before: another program may own them.
    """

    model_config = SettingsConfigDict(
        env_prefix="PARLEY_",
        extra="forbid",
        frozen=True,
        env_ignore_empty=True,
        hide_input_in_errors=True,
    )

    home: Path = Field(default_factory=_default_home)
    engine: Literal["auto", "extractive", "llm"] = "auto"
    reader: Literal["on", "off"] = "on"
    model: str | None = None
    # What a request and its answer may have together, in the model's tokens.
    context_tokens: int | None = Field(default=None, ge=1_024)
    # Seconds that one text may take to be written, everything included: with a third of it for
    # making the question standalone, a reader waits for half a minute at most.
    deadline: float = Field(default=21.0, ge=1, le=3_600)
    prices: dict[str, Price] = Field(default_factory=dict[str, Price])
    langsmith: bool = False
    chroma_url: str | None = None
    embedding_model: str | None = None
    openai_api_key: SecretStr | None = Field(default=None, validation_alias=_KEY)
    # Not shown, since a password may stand in it until it is looked into.
    openai_base_url: str | None = Field(default=None, validation_alias=_ADDRESS, repr=False)

    @field_validator("model", "embedding_model", _ADDRESS)
    @classmethod
    def _bare(cls, value: str | None) -> str | None:
        return (value or "").strip() or None

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Let the environment win over the file; read neither .env nor secrets folders."""
        del dotenv_settings, file_secret_settings
        file = TomlConfigSettingsSource(settings_cls, _Home().home.expanduser() / "parley.toml")
        if any(name.lower() == _KEY for name in file.toml_data):
            raise SettingsError(
                "parley.toml holds a key, which belongs into no file that may be copied or "
                "shared: take the line out, and set OPENAI_API_KEY in the environment."
            )
        return init_settings, env_settings, file

    def endpoint(self) -> Endpoint | None:
        """Return where models are served; None if neither a key nor an address is set.

        SettingsError if one of them is of no use.
        """
        key = self.openai_api_key.get_secret_value().strip() if self.openai_api_key else None
        if not key and not self.openai_base_url:
            return None
        if key and not (key.isascii() and key.isprintable() and " " not in key):
            raise SettingsError(
                "OPENAI_API_KEY holds a character that no key has: set it to the key alone."
            )
        return Endpoint(self.openai_base_url and _checked(self.openai_base_url), key or None)


def _checked(address: str) -> str:
    """Return `address` fit for a client; SettingsError, which does not repeat it, if unfit."""
    try:
        parts = urlsplit(address)
        sound = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
        # Spaces and the like would be escaped in silence.
        sound = sound and address.isprintable() and " " not in address
        extra = parts.query or parts.fragment or "@" in parts.netloc
    except ValueError:
        sound, extra = False, False
    if not sound:
        raise SettingsError(
            "OPENAI_BASE_URL (or its line in parley.toml) is no address that begins with "
            "http:// or https:// and names a host: change it, such as to "
            "http://127.0.0.1:11434/v1, or unset it."
        )
    if extra:
        raise SettingsError(
            "OPENAI_BASE_URL (or its line in parley.toml) holds a name, a password or a query: "
            "set it to the bare address, and OPENAI_API_KEY to the key."
        )
    return address.rstrip("/")


def load() -> Settings:
    """Read the settings; SettingsError names the first that cannot be understood."""
    try:
        settings = Settings()
        home = settings.home.expanduser().absolute()
    except ValidationError as error:
        raise SettingsError(_invalid(error)) from error
    except ValueError as error:  # tomllib's, when the file is not TOML
        raise SettingsError(f"parley.toml in the data folder cannot be read: {error}.") from error
    except (OSError, RuntimeError) as error:
        raise SettingsError(
            f"The data folder that PARLEY_HOME names cannot be used ({error}): "
            "set PARLEY_HOME to a folder of yours."
        ) from error
    return settings.model_copy(update={"home": home})


def _invalid(error: ValidationError) -> str:
    first = error.errors()[0]
    name = "_".join(str(part) for part in first["loc"]).upper()
    if not name.startswith("OPENAI_"):
        name = f"PARLEY_{name}"
    # What the unknown line of a file holds may be a key.
    value = "" if first["type"] == "extra_forbidden" else f" is {first['input']!r}"
    return (
        f"{name} (or its line in parley.toml){value}: {first['msg']}. "
        "Change or unset it; README.md lists the settings."
    )
