"""Which recordings no longer fit the contract, and by which operation or field."""

from __future__ import annotations

import json
import re
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from importlib.resources import files
from os import PathLike
from pathlib import Path
from typing import Any, Final, NamedTuple
from urllib.parse import parse_qsl, urlsplit

import yaml

from ionworks.testing._cassettes.openapi import Exchange, Rules
from ionworks.testing._cassettes.scrub import API
from ionworks.testing._cassettes.yaml_text import (
    SAFE,
    RecordingError,
    compose_yaml,
    load_yaml,
    read_text,
)
from ionworks.testing._openapi.errors import ContractError, Json
from ionworks.testing._openapi.normal_form import normalize

_SUFFIXES: Final = frozenset({".yaml", ".yml", ".json"})
_GZIP: Final = b"\x1f\x8b"
_GZIP_WINDOW: Final = 31


class CheckError(ValueError):
    """The recordings cannot be checked; the message says why and what to do."""

    __module__ = "ionworks.testing"


class Mismatch(NamedTuple):
    """A part of a recording that does not match the contract.

    Attributes
    ----------
    file : Path
        The cassette.
    line : int
        The line where this part begins.
    operation : str
        The name of the operation, or method and path if the contract does not have it.
    place : str
        The position, such as ``answer.items[2].name``, ``request.name`` or ``query.limit``.
    reason : str
        The reason, without the value.
    note : bool
        Whether it is only a note: the contract does not have this field of a response.
    """

    file: Path
    line: int
    operation: str
    place: str
    reason: str
    note: bool = False

    def __str__(self) -> str:
        kind = "note: " if self.note else ""
        return f"{self.file}:{self.line}: {kind}{self.operation}: {self.place}: {self.reason}"


def check(
    paths: Iterable[str | PathLike[str]],
    *,
    contract: str | PathLike[str] | Mapping[str, Any] | None = None,
    api: str | None = None,
    strict: bool = False,
) -> list[Mismatch]:
    """Find requests, statuses and responses in cassettes that do not match the contract.

    Requests to other origins, such as storage, are not checked.

    Parameters
    ----------
    paths : iterable of path
        Cassettes, and folders with cassettes.
    contract : path or mapping, optional
        An OpenAPI document: a YAML or JSON file, or its content; by default the contract of this
        client.
    api : str, optional
        The address of the API in the cassettes; by default `ionworks.testing.API` and the
        addresses in the contract.
    strict : bool
        Whether a field of a response that the contract does not have is more than a note.

    Returns
    -------
    list of Mismatch
        In the order of files and lines.

    Raises
    ------
    FileNotFoundError
        If one of the paths does not exist.
    CheckError
        If the contract cannot be read, if a file is not a cassette, or if no cassette or no request
        to the API was found.
    """
    document = read_contract(contract)
    try:
        rules = Rules(document)
    except ValueError as error:
        raise CheckError(f"the contract cannot be used: {error}") from None
    origins = [api] if api else [API, *_servers(document)]
    found: list[Mismatch] = []
    requests: Counter[bool] = Counter()
    for file, root in _cassettes(paths):
        for node in root:
            interaction = _read_interaction(file, node)
            path = _path(interaction.url, origins)
            requests[path is not None] += 1
            if path is not None:
                found += _iter_mismatches(rules, file, interaction, path, strict)
    if requests[False] and not requests[True]:
        raise CheckError(
            f"none of the {requests[False]} recorded requests goes to {' or '.join(origins)};"
            " name the address of the API in the cassettes"
        )
    return found


def read_contract(contract: str | PathLike[str] | Mapping[str, Any] | None = None) -> Any:
    """Return an OpenAPI document in normal form; by default this client's own.

    Raises
    ------
    CheckError
        If it cannot be read.
    """
    if contract is None:
        text = files("ionworks_openapi").joinpath("openapi.json").read_text(encoding="utf-8")
        return json.loads(text)
    try:
        return normalize(contract if isinstance(contract, Mapping) else _load(Path(contract)))
    except ContractError as error:
        raise CheckError(f"the contract cannot be used: {error}") from None


def _load(path: Path) -> Json:
    try:
        text = path.read_text(encoding="utf-8")
        if text.lstrip().startswith("{"):
            read = json.loads(text)
        else:
            read = json.loads(json.dumps(load_yaml(text, _Yaml12)))
    except OSError as error:
        raise CheckError(f"the contract {path} cannot be read: {error.strerror}") from None
    except (ValueError, TypeError, yaml.YAMLError) as error:
        reason = " ".join(str(error).split())
        raise CheckError(f"the contract {path} is neither JSON nor YAML: {reason}") from None
    if not isinstance(read, dict):
        raise CheckError(f"the contract {path} is not an OpenAPI document")
    return read


def describe(found: Sequence[Mismatch]) -> list[str]:
    """Return lines for people: each mismatch of a file once, then what they have in common."""
    lines, causes = [], dict[tuple[str, str, str, bool], set[Path]]()
    alike: dict[tuple[object, ...], list[Mismatch]] = {}
    for each in found:
        general = re.sub(r"\[\d+\]", "[]", each.place)
        alike.setdefault((each.file, each.operation, general, each.reason), []).append(each)
        cause = (each.operation, general, each.reason, each.note)
        causes.setdefault(cause, set()).add(each.file)
    for same in alike.values():
        times = f" ({len(same)} times)" if len(same) > 1 else ""
        lines.append(f"{same[0]}{times}")
    for (operation, place, reason, note), where in causes.items():
        kind = "note: " if note else ""
        lines.append(f"{kind}{operation}: {place}: {reason}: in {_count(len(where))}")
    return lines


def _count(number: int) -> str:
    return f"{number} cassette{'' if number == 1 else 's'}"


class _Yaml12(SAFE):  # type: ignore[misc] # PyYAML has no types
    """Reads YAML as OpenAPI has it: dates are texts, and only true and false are no texts."""


_DROPPED: Final = ("tag:yaml.org,2002:bool", "tag:yaml.org,2002:timestamp")
_Yaml12.yaml_implicit_resolvers = {
    first: [(tag, form) for tag, form in forms if tag not in _DROPPED]
    for first, forms in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_Yaml12.add_implicit_resolver(
    _DROPPED[0], re.compile(r"^(?:true|True|TRUE|false|False|FALSE)$"), list("tTfF")
)


class _Interaction:
    """A request and its answer as a cassette holds them, with the lines where their parts begin."""

    def __init__(self, node: yaml.Node) -> None:
        request, response = _child(node, "request"), _child(node, "response")
        body, answer = _child(request, "body"), _child(response, "body")
        inner = _child(answer, "string")
        places = {"request": _child(request, "uri"), "body": body, "status": response}
        places["answer"] = inner or answer or response
        self._lines = {part: (place or node).start_mark.line + 1 for part, place in places.items()}
        self.url = _text(_child(request, "uri"))
        self.method = _text(_child(request, "method")).upper()
        self._sent = _content(_child(body, "string") or body)
        self._sent_type = _headers(_child(request, "headers")).get("content-type", "")
        self._status = _text(_child(_child(response, "status"), "code"))
        self._headers = _headers(_child(response, "headers"))
        self._body = _content(inner or answer)

    def line(self, part: str) -> int:
        """Return where a part of it begins, as `Deviation` names them."""
        return int(self._lines[part])

    def exchange(self, path: str) -> Exchange:
        """Return it as the rules read it, with its path below the API's address."""
        query = parse_qsl(urlsplit(self.url).query, keep_blank_values=True)
        status = int(self._status) if self._status.isdecimal() else 0
        return Exchange(
            self.method, path, query, self._sent_type, self._sent, status, self._headers, self._body
        )


def _read_interaction(file: Path, node: yaml.Node) -> _Interaction:
    try:
        return _Interaction(node)
    except yaml.constructor.ConstructorError as error:
        line = node.start_mark.line + 1
        raise CheckError(
            f"{file}:{line}: a body in base64 is cut off ({error.problem}); record it again"
        ) from None


def _iter_mismatches(
    rules: Rules, file: Path, interaction: _Interaction, path: str, strict: bool
) -> Iterator[Mismatch]:
    operation, deviations = rules.of(interaction.exchange(path))
    for each in sorted(deviations, key=lambda deviation: interaction.line(deviation.part)):
        note = each.note and not strict
        line = interaction.line(each.part)
        yield Mismatch(file, line, operation, each.place, each.reason, note)


def _cassettes(
    paths: Iterable[str | PathLike[str]],
) -> Iterator[tuple[Path, Sequence[yaml.Node]]]:
    """Yield each cassette with its interactions; in a folder other files are passed over."""
    some = False
    for path in map(Path, paths):
        if path.is_dir():
            inside = sorted(p for p in path.rglob("*") if p.suffix in _SUFFIXES and p.is_file())
            read = [(file, _interactions(file)) for file in inside]
        elif path.is_file():
            read = [(path, _interactions(path))]
            if read[0][1] is None:
                raise CheckError(f"{path} is not a cassette: it has no list of interactions")
        else:
            raise FileNotFoundError(f"there is no file and no folder {path}")
        for file, interactions in read:
            if interactions is not None:
                some = True
                yield file, interactions
    if not some:
        raise CheckError("there is no cassette at the places that were given")


def _interactions(file: Path) -> Sequence[yaml.Node] | None:
    try:
        root = compose_yaml(read_text(file))
    except RecordingError as error:
        raise CheckError(str(error)) from None
    except (UnicodeDecodeError, yaml.YAMLError) as error:
        reason = " ".join(str(error).split())
        raise CheckError(f"{file} is not a cassette: {reason}") from None
    listed = _child(root, "interactions")
    if not isinstance(listed, yaml.SequenceNode):
        return None
    nodes: Sequence[yaml.Node] = listed.value
    return nodes


def _child(node: yaml.Node | None, key: str) -> yaml.Node | None:
    if not isinstance(node, yaml.MappingNode):
        return None
    return next((value for name, value in node.value if name.value == key), None)


def _text(node: yaml.Node | None) -> str:
    return str(node.value) if isinstance(node, yaml.ScalarNode) else ""


def _headers(node: yaml.Node | None) -> dict[str, str]:
    found = {}
    for name, value in node.value if isinstance(node, yaml.MappingNode) else ():
        values = value.value if isinstance(value, yaml.SequenceNode) else [value]
        found[name.value.lower()] = ", ".join(_text(each) for each in values)
    return found


def _content(node: yaml.Node | None) -> bytes:
    if not isinstance(node, yaml.ScalarNode) or node.tag == "tag:yaml.org,2002:null":
        return b""
    if node.tag != "tag:yaml.org,2002:binary":
        return str(node.value).encode("utf-8", "surrogatepass")
    content: bytes = yaml.constructor.SafeConstructor().construct_yaml_binary(node)
    if content.startswith(_GZIP):
        try:
            return zlib.decompressobj(_GZIP_WINDOW).decompress(content)
        except Exception:  # other libraries replace zlib's decoders by their own
            return content
    return content


def _servers(document: Mapping[str, Any]) -> list[str]:
    servers = document.get("servers", ())
    return [s["url"] for s in servers if isinstance(s, Mapping) and "//" in str(s.get("url"))]


def _path(url: str, origins: Sequence[str]) -> str | None:
    """Return the path of an address of the API; None for any other."""
    plain = url.partition("?")[0].partition("#")[0]
    for origin in origins:
        base = origin.rstrip("/")
        if plain.startswith(f"{base}/"):
            return plain[len(base) :]
    return None
