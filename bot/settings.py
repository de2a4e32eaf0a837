"""Every setting, read once: from the environment, then from `parley.toml` in the data folder.

Nothing else in Parley reads the environment. A setting that cannot be met is a
`SettingsError` that names it and the mend.
"""

from pathlib import Path
from typing import Literal

import platformdirs
from pydantic import Field, ValidationError
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from vectorstore.errors import ParleyError


class SettingsError(ParleyError):
    """A setting cannot be understood or met; the message names it and the mend."""


def _default_home() -> Path:
    return Path(platformdirs.user_data_dir("parley", appauthor=False))


class _Home(BaseSettings):
    """Where the data folder is: must be known before the file in it can be read."""

    model_config = SettingsConfigDict(env_prefix="PARLEY_", extra="ignore", env_ignore_empty=True)

    home: Path = Field(default_factory=_default_home)


class Settings(BaseSettings):
    """Parley's settings; each may be given as `PARLEY_<NAME>`, or in `parley.toml`."""

    model_config = SettingsConfigDict(
        env_prefix="PARLEY_", extra="forbid", frozen=True, env_ignore_empty=True
    )

    home: Path = Field(default_factory=_default_home)
    engine: Literal["auto", "extractive"] = "auto"
    chroma_url: str | None = None

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
        return init_settings, env_settings, file


def load() -> Settings:
    """Read the settings; SettingsError names the first that cannot be understood."""
    try:
        settings = Settings()
        home = settings.home.expanduser().absolute()
    except ValidationError as error:
        first = error.errors()[0]
        name = "PARLEY_" + "_".join(str(part) for part in first["loc"]).upper()
        raise SettingsError(
            f"{name} (or its line in parley.toml) is {first['input']!r}: {first['msg']}. "
            "Change or unset it; README.md lists the settings."
        ) from error
    except ValueError as error:  # tomllib's, when the file is not TOML
        raise SettingsError(f"parley.toml in the data folder cannot be read: {error}.") from error
    except (OSError, RuntimeError) as error:
        raise SettingsError(
            f"The data folder that PARLEY_HOME names cannot be used ({error}): "
            "set PARLEY_HOME to a folder of yours."
        ) from error
    return settings.model_copy(update={"home": home})
