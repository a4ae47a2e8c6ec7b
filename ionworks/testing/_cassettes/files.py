"""Cassettes on disk: YAML that is read with ease, written whole and without secrets, or not."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any, Final

import yaml
from vcr.serialize import deserialize, serialize

from ionworks._http.files import atomic_write
from ionworks.testing._cassettes.scan import scan_content
from ionworks.testing._cassettes.scrub import Scrubber
from ionworks.testing._cassettes.yaml_text import RecordingError as RecordingError
from ionworks.testing._cassettes.yaml_text import damaged_error, load_yaml, read_text
from ionworks.testing._cassettes.yaml_text import read_metadata as read_metadata

_MOST_FINDINGS: Final = 5
_FRESH_DAYS: Final = 30


class Files:
    """Cassettes on disk, the same bytes on every system: whole, without secrets, or not at all."""

    def __init__(self, scrubber: Scrubber, metadata: Mapping[str, Any] | None) -> None:
        self._scrubber = scrubber
        self._metadata = metadata

    def load_cassette(self, path: Path, serializer: type[Yaml]) -> tuple[Any, ...]:
        """Read a cassette."""
        try:
            read: tuple[Any, ...] = deserialize(read_text(path), serializer)
        except (OSError, ValueError, KeyError, TypeError, AttributeError, yaml.YAMLError) as error:
            raise damaged_error(path, error) from None
        return read

    def save_cassette(self, path: Path, recording: dict[str, Any], serializer: type[Yaml]) -> None:
        """Write a cassette, after a look for what must not be in it."""
        plain = {name: recording[name] for name in ("requests", "responses")}
        if self._metadata is not None:
            plain["metadata"] = self._scrubber.data(self._metadata)
        text = _serialize(plain, serializer)
        if _is_same_again(path, plain, serializer):
            return
        content = text.encode()
        found = [*scan_content(path, content, self._scrubber.secrets)]
        if found:
            raise RecordingError(
                "something secret is left in what was recorded, so it was not written: "
                + "; ".join(map(str, found[:_MOST_FINDINGS]))
            )
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with atomic_write(path) as file:
                file.write(content)
        except OSError as error:
            raise RecordingError(f"the cassette {path} cannot be written: {error}") from None


def _is_same_again(path: Path, recording: dict[str, Any], serializer: type[Yaml]) -> bool:
    """Whether a recording differs from the file by its date alone, which is not old.

    Such a file stays as it is, so that recording everything again changes no file without need.
    """
    said = recording.get("metadata", {}).get("recorded")
    if said is None or not path.is_file():
        return False
    try:
        text = read_text(path)
        before = (load_yaml(text)["metadata"] or {})["recorded"]
        days = (date.fromisoformat(said["date"]) - date.fromisoformat(before["date"])).days
        undated = {**said, **{key: before[key] for key in ("date", "version")}}
    except (RecordingError, OSError, ValueError, KeyError, TypeError, yaml.YAMLError):
        return False
    metadata = {**recording["metadata"], "recorded": undated}
    return (
        days <= _FRESH_DAYS and _serialize({**recording, "metadata": metadata}, serializer) == text
    )


def _serialize(recording: dict[str, Any], serializer: type[Yaml]) -> str:
    """Return the text of a cassette; the oldest vcrpy does not write metadata by itself."""

    class WithMetadata:
        @staticmethod
        def serialize(data: dict[str, Any]) -> str:
            kept = {"metadata": recording["metadata"]} if "metadata" in recording else {}
            return serializer.serialize({**data, **kept})

    return str(serialize(recording, WithMetadata))


class Yaml:
    """YAML with texts of several lines as they are read."""

    @staticmethod
    def deserialize(text: str) -> Any:
        """Read a text."""
        return load_yaml(text)

    @staticmethod
    def serialize(recording: Mapping[str, Any]) -> str:
        """Write a text."""
        return str(
            yaml.dump(
                recording, Dumper=_Dumper, allow_unicode=True, width=1000, default_flow_style=None
            )
        )


class _Dumper(yaml.SafeDumper):  # type: ignore[misc] # PyYAML has no types
    """Writes a text of several lines as a block, and lists and mappings without short cuts."""

    def ignore_aliases(self, data: object) -> bool:  # noqa: ARG002
        return True


def _block(dumper: _Dumper, text: str) -> Any:
    style = "|" if "\n" in text else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _block)
