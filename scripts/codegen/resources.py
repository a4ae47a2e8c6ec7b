"""Collects what the resource classes consist of: for each tag its methods, for each its text."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Iterator, Sequence

from attrs import field, frozen
from openapi_python_client.parser.openapi import Endpoint, GeneratorData
from openapi_python_client.strings import PythonIdentifier, snake_case

from scripts.codegen import examples
from scripts.codegen.contract import Json, resolve
from scripts.codegen.filters import PAGING, FilterType
from scripts.codegen.generator_model import Property, page_item, success_responses, wire_name
from scripts.codegen.rendering import Renderer

_VERBS = ("list", "get", "create", "update", "delete")
_ORDER = {
    name: place
    for place, name in enumerate(
        ("get", "list", "iterate", "create", "create_or_get", "update", "delete")
    )
}
_EXAMPLE_WIDTH = 68
_UNKNOWN_ID = "NotFound", "If an id is unknown, or the key has no access to the record."
_INVALID = "PayloadError", "If `data` does not fit the contract; nothing was sent."
_LIMITS = "limit, offset : int, optional", "Return one page instead of all records."
_STRICT = (
    "strict : bool",
    "Raise an error instead of a warning if an item does not fit the contract.",
)
_DIFFERENCE = (
    'on_difference : {"warn", "raise", "ignore"}',
    "What to do if the existing record differs from `data`. It is never changed.",
)
Entry = tuple[str, str]


class MethodError(Exception):
    """The contract gives two operations of a tag the same method."""


@frozen
class Method:
    """A method of a resource class."""

    name: str
    parameters: list[str]
    answer: str
    docstring: str
    code: str


@frozen
class Names:
    """The operations that `create_or_get` needs: create, get and list."""

    create: str
    get: str
    list: str
    any_case: bool


@frozen
class ResourceClass:
    """The class with the methods of a tag."""

    tag: str
    attribute: str
    description: str
    methods: list[Method]
    endpoints: list[Endpoint]
    filters: list[FilterType]
    names: Names | None = None

    @property
    def name(self) -> str:
        """The name of the class."""
        return "".join(part.title() for part in self.attribute.split("_")) + "Client"

    @property
    def label(self) -> str:
        """What one record is called in text."""
        return self.attribute.replace("_", " ")


@frozen
class _Call:
    """An operation and the names under which its method is written."""

    endpoint: Endpoint
    declared: Json
    method: str | None
    verb: str | None
    path: list[str] = field(factory=list)


class Resources:
    """Reads the resource classes from a parsed contract."""

    def __init__(self, data: GeneratorData, renderer: Renderer, document: Json) -> None:
        self._data = data
        self._renderer = renderer
        self._document = document

    def classes(self) -> Iterator[ResourceClass]:
        """Yield the class of each tag that has `x-resource`, in the contract's order.

        Raises
        ------
        MethodError
            If two operations of a tag have the same method.
        """
        collections = self._data.endpoint_collections_by_tag
        for tag in self._document.get("tags", ()):
            attribute = tag.get("x-resource")
            collection = collections.get(PythonIdentifier(tag["name"], "tag"))
            if attribute and collection:
                yield self._class(tag, attribute, collection.endpoints)

    def _class(self, tag: Json, attribute: str, endpoints: Sequence[Endpoint]) -> ResourceClass:
        calls = [self._call(endpoint) for endpoint in endpoints]
        written = [call for call in calls if call.method]
        taken: set[str] = set()
        for call in written:
            if call.method in taken:
                raise MethodError(
                    f"two operations of the tag {tag['name']} have the method {call.method!r};"
                    " set x-method"
                )
            taken.add(str(call.method))
        description = " ".join(str(tag.get("description", tag["name"])).split()).rstrip(".")
        names = _find_names(self._renderer, calls)
        made = ResourceClass(
            PythonIdentifier(tag["name"], "tag"), attribute, description, [], [], [], names
        )
        for call in written:
            made.methods.extend(_Writer(self._renderer, self._document, made, call).methods())
            made.endpoints.append(call.endpoint)
        for call in calls:
            named = call.method or "x-filters" in call.declared
            if named and (kind := self._renderer.filter_type(call.endpoint)):
                made.filters.append(kind)
        made.methods.sort(key=lambda each: _ORDER.get(each.name, len(_ORDER)))
        return made

    def _call(self, endpoint: Endpoint) -> _Call:
        declared = self._renderer.declared(endpoint)
        name = snake_case(declared["operationId"])
        verb = next((each for each in _VERBS if name.startswith(f"{each}_")), None)
        method = declared.get("x-method", verb or name)
        path = [str(prop.python_name) for prop in endpoint.path_parameters]
        return _Call(endpoint, declared, method or None, verb, path)


class _Writer:
    """Writes the methods of one operation."""

    def __init__(
        self, renderer: Renderer, document: Json, owner: ResourceClass, call: _Call
    ) -> None:
        self._renderer = renderer
        self._document = document
        self._owner = owner
        self._call = call
        self._endpoint = call.endpoint
        self._operation = renderer.operation_name(call.endpoint)
        typed = [
            f"{prop.python_name}: {renderer.parameter_type(call.endpoint, prop)}"
            for prop in call.endpoint.path_parameters
        ]
        self._self = ["self", *typed]
        self._arguments = [self._operation, *call.path]

    def methods(self) -> Iterator[Method]:
        """Yield the methods: a list is also iterated, and a create may find what exists."""
        item = self._page_item()
        if item is not None:
            yield self._list(item)
            if self._call.method == "list":
                yield self._iterate(item)
            return
        if self._call.verb == "create" and self._owner.names is not None:
            yield self._create()
            yield self._create_or_get()
            return
        yield self._plain()

    def _page_item(self) -> str | None:
        """Return the type of an item, if the operation answers a page of a list."""
        names = {wire_name(prop) for prop in self._endpoint.query_parameters}
        kinds = [response.prop for response in success_responses(self._endpoint)]
        item = page_item(kinds[0]) if len(kinds) == 1 and hasattr(kinds[0], "data") else None
        if item is None or not names.issuperset(PAGING):
            return None
        return self._renderer.read_type(item)

    # Lists

    def _list(self, item: str) -> Method:
        named, entries, passed = self._list_keywords()
        parameters = ["*", *named, "limit: int | None = None", "offset: int | None = None"]
        parameters += ["strict: bool = False", *self._filters()]
        rest = ["limit=limit", "offset=offset", "strict=strict"]
        call = ", ".join([*self._arguments, *passed, *self._filter_arguments(), *rest])
        return Method(
            str(self._call.method),
            [*self._self, *parameters],
            f"RecordList[{item}]",
            self._docstring(
                self._summary(),
                entries=[*entries, _LIMITS, _STRICT, *self._filter_entries()],
                raises=self._errors(),
                example=f"records = {self._example_call()}",
            ),
            f"return self._list({call})",
        )

    def _iterate(self, item: str) -> Method:
        named, entries, passed = self._list_keywords()
        maximum = "max_items : int, optional", "Stop after this many records."
        filters = [("**filters", "As for `list`.")] if self._filters() else []
        parameters = ["*", *named, "max_items: int | None = None", "strict: bool = False"]
        rest = ["max_items=max_items", "strict=strict"]
        call = ", ".join([*self._arguments, *passed, *self._filter_arguments(), *rest])
        example = f"for record in {self._example_call('iterate')}:\n...     _ = record"
        return Method(
            "iterate",
            [*self._self, *parameters, *self._filters()],
            f"Iterator[{item}]",
            self._docstring(
                "Yield the records of `list` lazily, one page at a time.",
                "To delete or change the yielded records, use `list` instead.",
                entries=[*entries, maximum, _STRICT, *filters],
                example=example,
            ),
            f"return self._iterate({call})",
        )

    def _list_keywords(self) -> tuple[list[str], list[Entry], list[str]]:
        """Return the required keywords of a list: parameters, their entries, arguments."""
        required = [prop for prop in self._endpoint.query_parameters if prop.required]
        named = [f"{prop.python_name}: {self._type(prop)}" for prop in required]
        entries = [
            (f"{prop.python_name} : {self._type(prop, text=True)}", self._about(prop))
            for prop in required
        ]
        return named, entries, [f"{p.python_name}={p.python_name}" for p in required]

    def _filters(self) -> list[str]:
        kind = self._renderer.filter_type(self._endpoint)
        return [f"**filters: Unpack[{kind.name}]"] if kind else []

    def _filter_arguments(self) -> list[str]:
        return ["filters=filters"] if self._filters() else []

    def _filter_entries(self) -> list[Entry]:
        kind = self._renderer.filter_type(self._endpoint)
        if kind is None:
            return []
        parts = " (a part of it)"
        names = ", ".join(
            f"`{each.name}`{parts if each.kind == 'contains' else ''}" for each in kind.keywords
        )
        return [("**filters", f"{names}. See `ionworks.models.{kind.name}`.")]

    # Records

    def _create(self) -> Method:
        call = ", ".join(["self._client", *self._call.path, "data=data"])
        return Method(
            "create",
            [*self._self, "data: Mapping[str, Any]"],
            self._renderer.answer_type(self._endpoint),
            self._docstring(
                self._summary(),
                entries=[self._data_entry()],
                raises=self._errors(),
                example=f"record = {self._example_call()}",
            ),
            f"return self._unique.request({call}).create()",
        )

    def _create_or_get(self) -> Method:
        call = ", ".join(["self._client", *self._call.path, "data=data"])
        case = ", ignoring case" if self._owner.names and self._owner.names.any_case else ""
        article = "an" if self._owner.label[0] in "aeiou" else "a"
        return Method(
            "create_or_get",
            [*self._self, "data: Mapping[str, Any]", "*", "on_difference: OnDifference = 'warn'"],
            self._renderer.answer_type(self._endpoint),
            self._docstring(
                f"Create {article} {self._owner.label}, or get the existing one with the same"
                f" name{case}.",
                entries=[("data : dict", "As for `create`."), _DIFFERENCE],
                example=f"record = {self._example_call('create_or_get')}",
            ),
            f"return self._unique.request({call}).create_or_get(on_difference)",
        )

    def _plain(self) -> Method:
        parameters, arguments, entries = [*self._self], [*self._arguments], []
        if self._takes_data():
            parameters.append("data: Mapping[str, Any]")
            arguments.append("body=data")
            entries.append(self._data_entry())
        elif self._endpoint.bodies:
            arguments.append("body={}")
        keywords = [
            prop
            for prop in self._endpoint.query_parameters
            if self._rules(wire_name(prop)).get("x-filter") != {}
        ]
        for prop in sorted(keywords, key=lambda prop: not prop.required):
            kind = self._type(prop)
            name, plain = str(prop.python_name), kind.removesuffix(" | None")
            parameters += [] if "*" in parameters else ["*"]
            parameters.append(f"{name}: {kind if prop.required else f'{plain} | None = None'}")
            arguments.append(f"{name}={name}")
            shown = self._type(prop, text=True).removesuffix(" | None")
            shown += "" if prop.required else ", optional"
            entries.append((f"{name} : {shown}", self._about(prop)))
        # `list` is a method of the class.
        answer = re.sub(r"\blist\[", "builtins.list[", self._renderer.answer_type(self._endpoint))
        call = f"self._client.call({', '.join(arguments)})"
        target = "" if answer == "None" else "record = "
        return Method(
            str(self._call.method),
            parameters,
            answer,
            self._docstring(
                self._summary(),
                entries=entries,
                raises=self._errors(),
                example=f"{target}{self._example_call()}",
            ),
            call if answer == "None" else f"return {call}",
        )

    # Text

    def _body(self) -> Json:
        content = self._call.declared.get("requestBody", {}).get("content", {})
        media: Json = next(iter(content.values()), {})
        schema: Json = media.get("schema", {})
        return schema

    def _takes_data(self) -> bool:
        if not self._endpoint.bodies:
            return False
        schema = resolve(self._document, self._body())
        required: bool = self._call.declared.get("requestBody", {}).get("required", False)
        return required or bool(schema.get("properties"))

    def _data_entry(self) -> Entry:
        schema = resolve(self._document, self._body())
        required = schema.get("required", ())
        names = sorted(schema.get("properties", {}), key=lambda name: name not in required)
        listed = ", ".join(f"`{n}` (required)" if n in required else f"`{n}`" for n in names)
        ref = self._body().get("$ref", "").rpartition("/")[2]
        known = f" See `ionworks.models.{ref}`." if ref and listed else ""
        return "data : dict", f"{listed or 'The fields to send'}.{known}"

    def _summary(self) -> str:
        declared = self._call.declared
        words = " ".join(declared.get("summary", self._operation.replace("_", " ")).split())
        more = " ".join(declared.get("description", "").split())
        ending = " The service has deprecated this." if declared.get("deprecated") else ""
        return "\n\n".join(filter(None, [words.rstrip(".") + ".", (more + ending).strip()]))

    def _errors(self) -> Iterator[Entry]:
        responses = self._call.declared["responses"]
        if self._call.path and "404" in responses:
            yield _UNKNOWN_ID
        if self._call.verb == "create" and self._owner.names is not None:
            yield "Conflict", "If the name is taken."
        elif "409" in responses:
            yield "Conflict", "If the name is taken, or the state of the record does not allow it."
        if self._takes_data():
            yield _INVALID
        if self._call.declared.get("x-idempotency") is None and self._endpoint.method == "post":
            yield (
                "WriteOutcomeUnknown",
                "If the response was lost: the service may have made the change.",
            )

    def _example_call(self, method: str | None = None) -> str:
        arguments = [*self._call.path]
        if self._takes_data():
            body, label = self._body(), self._owner.label
            write = examples.new_record if self._call.verb == "create" else examples.changed_record
            arguments.append(write(self._document, body, label))
        required = (p for p in self._endpoint.query_parameters if p.required)
        arguments += [f"{p.python_name}={p.python_name}" for p in required]
        called = f"client.{self._owner.attribute}.{method or self._call.method}"
        inner = ", ".join(arguments)
        if len(called) + len(inner) > _EXAMPLE_WIDTH:
            return f"{called}(\n...     {inner}\n... )"
        return f"{called}({inner})"

    def _docstring(
        self,
        summary: str,
        more: str = "",
        *,
        entries: Iterable[Entry] = (),
        raises: Iterable[Entry] = (),
        example: str,
    ) -> str:
        paths = [
            (f"{prop.python_name} : {self._type(prop, text=True)}", self._about(prop))
            for prop in self._endpoint.path_parameters
        ]
        parts = [_wrap(part, 8) for part in [*summary.split("\n\n"), more] if part]
        for title, listed in (("Parameters", [*paths, *entries]), ("Raises", list(raises))):
            if listed:
                lines = [f"{head}\n{_wrap(text, 12, '    ')}" for head, text in listed]
                parts.append("\n".join([title, "-" * len(title), *lines]))
        parts.append(f"Examples\n--------\n>>> {example}")
        text = "\n\n".join(parts)
        return textwrap.indent(text, "        ").strip()

    def _type(self, prop: Property, *, text: bool = False) -> str:
        return self._renderer.parameter_type(self._endpoint, prop, text=text)

    def _about(self, prop: Property) -> str:
        """Return what the contract says about a parameter."""
        name = wire_name(prop)
        return " ".join(str(self._rules(name).get("description", "The value to send.")).split())

    def _rules(self, name: str) -> Json:
        """Return the declaration of a parameter."""
        declared = self._call.declared["parameters"]
        found: Json = next(each for each in declared if each["name"] == name)
        return found


def _find_names(renderer: Renderer, calls: Sequence[_Call]) -> Names | None:
    """Return the operations of `create_or_get`, if names are unique and the tag has all three."""
    create = next((each for each in calls if each.method == "create"), None)
    if create is None or create.declared.get("x-idempotency") != "unique-name":
        return None
    where = create.endpoint.path.get_untrusted_value()
    kind = renderer.answer_type(create.endpoint)

    def fits(call: _Call, verb: str) -> bool:
        same = call.endpoint.path.get_untrusted_value() == where
        if call.endpoint.method != "get" or call.verb != verb:
            return False
        return same if verb == "list" else renderer.answer_type(call.endpoint) == kind

    found = [next((c for c in calls if fits(c, verb)), None) for verb in ("get", "list")]
    if found[0] is None or found[1] is None:
        return None
    get, list_ = (renderer.operation_name(each.endpoint) for each in found if each)
    name = renderer.operation_name(create.endpoint)
    return Names(name, get, list_, create.declared.get("x-names") == "any-case")


def _wrap(text: str, indent: int, pad: str = "") -> str:
    text = re.sub(r"[\\\"]{3}|\\", "", text)
    return textwrap.fill(text, 100 - indent, initial_indent=pad, subsequent_indent=pad)
