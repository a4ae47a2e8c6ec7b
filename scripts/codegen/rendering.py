"""What the templates call: from the generator's parsed objects to lines of Python."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterable
from typing import Any

from openapi_python_client.parser.bodies import BodyType
from openapi_python_client.parser.openapi import Endpoint, GeneratorData
from openapi_python_client.parser.properties import LiteralEnumProperty, ModelProperty
from openapi_python_client.parser.properties.boolean import BooleanProperty
from openapi_python_client.parser.properties.date import DateProperty
from openapi_python_client.parser.properties.datetime import DateTimeProperty
from openapi_python_client.parser.properties.float import FloatProperty
from openapi_python_client.parser.properties.int import IntProperty
from openapi_python_client.parser.properties.list_property import ListProperty
from openapi_python_client.parser.properties.none import NoneProperty
from openapi_python_client.parser.properties.string import StringProperty
from openapi_python_client.parser.properties.union import UnionProperty
from openapi_python_client.parser.properties.uuid import UuidProperty
from openapi_python_client.strings import ClassName, safe_for_docstring

from ionworks.records import Page
from scripts.codegen.contract import Json, operations, schemas, secret_keys
from scripts.codegen.filters import PAGING, FilterType, keywords_of
from scripts.codegen.generator_model import (
    Property,
    Tags,
    default_code,
    enum_of,
    find_tags,
    flatten,
    header_parameters,
    list_members,
    page_item,
    rename,
    restore_path,
    success_responses,
    wire_name,
)
from scripts.codegen.id_types import IdTypes

# Names that would hide what the generated code itself uses: in a class body, in `build`.
_TAKEN_IN_MODEL = {name for name in dir(Page) if not name.startswith("__")} | {
    *("datetime", "field", "validate_choice"),
}
#: Separates the imports of a rendered endpoint from its code.
END_OF_IMPORTS = "# end of imports"
_TAKEN_IN_BUILD = {"body", "to_wire"}
_SCALARS: list[tuple[type, str, str]] = [
    (BooleanProperty, "bool", "read_bool"),
    (IntProperty, "int", "read_int"),
    (FloatProperty, "float", "read_float"),
    (StringProperty, "str", "read_str"),
    (UuidProperty, "str", "read_str"),
    (DateTimeProperty, "datetime.datetime", "read_datetime"),
    (DateProperty, "datetime.date", "read_date"),
]
_READERS = {reader for _, _, reader in _SCALARS} | {
    "list_of",
    "tagged_union_of",
    "union_of",
    "read_quantity",
    "read_any",
}


class Renderer:
    """Answers the templates' questions about one parsed contract."""

    def __init__(self, openapi: GeneratorData, models: list[ModelProperty], document: Json) -> None:
        self._document = document
        self.ids = IdTypes(document)
        self._attributes = {
            tag["name"]: tag["x-resource"]
            for tag in document.get("tags", ())
            if "x-resource" in tag
        }
        self._operations = {(method, path): op for method, path, op in operations(document)}
        self._secrets = {
            (name, key)
            for name, schema in schemas(document).items()
            for key in secret_keys(document, schema)
        }
        self._tags = {frozenset(each.values): each for each in find_tags(document)}
        self._models = {str(model.class_info.name): model for model in models}
        endpoints = [
            endpoint
            for collection in openapi.endpoint_collections_by_tag.values()
            for endpoint in collection.endpoints
        ]
        sent = self._reach(body.prop for e in endpoints for body in e.bodies)
        read = self._reach(response.prop for e in endpoints for response in success_responses(e))
        self._sent_only = sent - read
        for owner in models:
            is_open = self.base(owner) == "OpenRecord"
            rename(owner, _TAKEN_IN_MODEL | ({"items", "values"} if is_open else set()))
        for endpoint in endpoints:
            restore_path(endpoint)
            rename(endpoint, _TAKEN_IN_BUILD)

    def helpers(self) -> dict[str, Callable[..., Any]]:
        """Return the functions, by the names that the templates use."""
        hidden = ("helpers", "ids")
        names = [name for name in dir(self) if not name.startswith("_") and name not in hidden]
        return {name: getattr(self, name) for name in names}

    # Packages

    # Models

    def is_quantity(self, model: ModelProperty) -> bool:
        """Return whether the model is the hand-written Quantity."""
        return str(model.class_info.name) == "Quantity"

    def is_free_form(self, model: ModelProperty) -> bool:
        """Return whether the model declares no fields, and so is a dict."""
        return not list_members(model)

    def properties(self, model: ModelProperty) -> list[Property]:
        """Return the declared fields, the required ones first."""
        return list_members(model)

    def base(self, model: ModelProperty) -> str:
        """Return the base class, according to the other fields and items that the model has."""
        item = page_item(model)
        if item is None and model.data.additionalProperties is True:
            return "OpenRecord"
        return "Record" if item is None else f"Page[{self._type(item, sent=False)}]"

    def annotation(self, prop: Property, model: ModelProperty) -> str:
        """Return the attribute's type."""
        sent = self.is_sent(model)
        text = self._type(prop, sent=sent)
        if sent:
            text = self.ids.annotate(text, self._field_rules(model, prop))
        if prop.required or (not sent and self._default(prop, model) is not None):
            return text
        ending = "Unset" if sent else "None"
        return text if text.endswith(f"| {ending}") or text == "Any" else f"{text} | {ending}"

    def default(self, prop: Property, model: ModelProperty) -> str:
        """Return the attribute's default as it follows the annotation."""
        if self.is_sent(model):
            enum = enum_of(prop)
            check = f"validator=validate_choice({self.literals(enum)})" if enum else ""
            if prop.required:
                return f" = field({check})" if check else ""
            return f" = field(default=UNSET, {check})" if check else " = UNSET"
        if prop.required:
            return ""
        code = self._default(prop, model)
        return f" = field(factory=lambda: {code})" if code and code[0] in "[{" else f" = {code}"

    def wire_field(self, prop: Property, model: ModelProperty) -> str:
        """Return the line of the model's table for this field."""
        if prop.name.get_untrusted_value() == "items" and (item := page_item(model)) is not None:
            reader = f"lenient_list_of({self._reader(item)})"
        elif self._is_identity(model, prop):
            reader = "read_id"
        else:
            reader = self._reader(prop)
        ending = ""
        if prop.required:
            ending = ", required=True"
        elif self.is_sent(model):
            ending = ", default=UNSET"
        elif (default := self._default(prop, model)) is not None:
            ending = f", default={default}"
        if (str(model.class_info.name), wire_name(prop)) in self._secrets:
            ending += ", secret=True"
        if self._is_identity(model, prop):
            ending += ", identity=True"
        return f'WireField({wire_name(prop)!r}, "{prop.python_name}", {reader}{ending})'

    def kind(self, model: ModelProperty) -> str | None:
        """Return the kind of record that the model is, if it is one."""
        return self.ids.kind(str(model.class_info.name))

    def _is_identity(self, model: ModelProperty, prop: Property) -> bool:
        return self.ids.is_identity(str(model.class_info.name), wire_name(prop))

    def _field_rules(self, model: ModelProperty, prop: Property) -> Json:
        named = {str(ClassName(name, "")): each for name, each in schemas(self._document).items()}
        schema = named.get(str(model.class_info.name), {})
        rules: Json = schema.get("properties", {}).get(wire_name(prop), {})
        return rules

    def _default(self, prop: Property, model: ModelProperty) -> str | None:
        """Return the contract's default as Python code; the generator loses lists and objects."""
        if (code := default_code(prop)) is not None:
            return code
        for name, schema in (model.data.properties or {}).items():
            if name.get_untrusted_value() == wire_name(prop):
                default = getattr(schema, "default", None)
                return repr(default) if default in ([], {}) else None
        return None

    def is_sent(self, model: ModelProperty) -> bool:
        """Return whether the model is only sent."""
        return str(model.class_info.name) in self._sent_only

    def literals(self, enum: LiteralEnumProperty) -> str:
        """Return the enum's values for Literal[...]."""
        return ", ".join(repr(value) for value in sorted(enum.values))

    def model_imports(self, model: ModelProperty) -> str:
        """Return the imports of the other models that this one names."""
        classes = self._classes(list_members(model))
        classes.pop("Quantity", None)  # imported from its hand-written module
        early = {name: at for name, at in classes.items() if not self._leads_to(name, model)}
        ids = dict.fromkeys(self.id_types(), "ids")
        return _imports(early | self._enums(list_members(model)) | ids, ".")

    def circular_imports(self, model: ModelProperty) -> str:
        """Return the imports of the models that name this one in turn: they wait for its class."""
        own = str(model.class_info.name)
        classes = self._classes(list_members(model))
        late = {n: at for n, at in classes.items() if n != own and self._leads_to(n, model)}
        return _imports(late, ".")

    def docstring(self, model: ModelProperty, indent: int) -> str:
        """Return the class docstring with its attributes."""
        lines = [_sentence(model.description) or f"Schema {model.class_info.name} of the contract."]
        described = [] if self.is_free_form(model) else self.properties(model)
        entries = [
            (f"{prop.python_name} : {self.annotation(prop, model)}", _sentence(prop.description))
            for prop in described
        ]
        return _docstring(lines[0], "Attributes", entries, indent)

    def id_types(self) -> list[str]:
        """Return the names of the types of ids."""
        return list(self.ids.types())

    # Endpoints

    def endpoint_imports(self, endpoint: Endpoint) -> str:
        """Return the imports of models and readers that the endpoint names."""
        props = [
            *list_members(endpoint),
            *(body.prop for body in endpoint.bodies),
            *(response.prop for response in success_responses(endpoint)),
        ]
        ids = dict.fromkeys(self.id_types(), "ids")
        lines = _imports(self._classes(props) | self._enums(props) | ids, "..models.")
        readers = f"from ionworks.records.readers import {', '.join(sorted(_READERS))}"
        return f"from ionworks.records.model import to_wire\n{readers}\n{lines}"

    def end_of_imports(self) -> str:
        """Return the line that ends the imports of an endpoint."""
        return END_OF_IMPORTS

    def operation_name(self, endpoint: Endpoint) -> str:
        """Return the Python name of the operation."""
        return str(endpoint.name)

    def operation_id(self, endpoint: Endpoint) -> str:
        """Return the contract's operationId, which the generator has put into snake case."""
        return str(self._declared(endpoint)["operationId"])

    def build_parameters(self, endpoint: Endpoint) -> str:
        """Return the parameters of `build`: path values by position, the rest by name."""
        parts = [
            f"{prop.python_name}: {self.parameter_type(endpoint, prop)}"
            for prop in endpoint.path_parameters
        ]
        named = []
        if endpoint.bodies:
            body = endpoint.bodies[0].prop
            sent = "Mapping[str, Any]" if self.sends(endpoint) else self._type(body, sent=True)
            kind = f"{sent} | Mapping[str, Any]".replace(
                "Mapping[str, Any] | Mapping[str, Any]", "Mapping[str, Any]"
            )
            named.append(f"body: {kind}" + ("" if body.required else " | None = None"))
        given = [*endpoint.query_parameters, *self.header_parameters(endpoint)]
        for prop in sorted(given, key=lambda prop: not prop.required):
            kind = self.parameter_type(endpoint, prop)
            if not prop.required:
                kind = (kind if kind.endswith("| None") else f"{kind} | None") + " = None"
            named.append(f"{prop.python_name}: {kind}")
        if named:
            parts += ["*", *named]
        return ", ".join(parts)

    def header_parameters(self, endpoint: Endpoint) -> list[Property]:
        """Return the header parameters that the operation takes."""
        return header_parameters(endpoint)

    def path_entry(self, prop: Property) -> str:
        """Return the line of the request's path for this parameter."""
        value = str(prop.python_name)
        if isinstance(prop, IntProperty):
            value = f"integer_text({value})"
        return f"{wire_name(prop)!r}: {value}"

    def query_entry(self, prop: Property) -> str:
        """Return the line of the request's query for this parameter, times in the wire's form."""
        dates = any(isinstance(p, DateTimeProperty | DateProperty) for p in flatten([prop]))
        value = f"to_wire({prop.python_name})" if dates else str(prop.python_name)
        return f"{wire_name(prop)!r}: {value}"

    def build_docstring(self, endpoint: Endpoint) -> str:
        """Return the docstring of `build`: what the operation does, and its parameters."""
        entries = [
            (
                f"{prop.python_name} : {self.parameter_type(endpoint, prop, text=True)}",
                _sentence(prop.description),
            )
            for prop in list_members(endpoint)
        ]
        summary = _sentence(endpoint.summary) or _sentence(endpoint.description)
        if self._declared(endpoint).get("deprecated", False):
            summary = f"{summary or endpoint.name} (deprecated by the service)"
        return _docstring(summary or str(endpoint.name), "Parameters", entries, 4)

    def answer_type(self, endpoint: Endpoint) -> str:
        """Return the type that `read` gives."""
        kinds = [self._answer(response) for response in success_responses(endpoint)]
        return " | ".join(dict.fromkeys(kinds)) or "None"

    def answer_kind(self, endpoint: Endpoint) -> str:
        """Return how a 2xx body is decoded before it is read."""
        kinds = {self._answer(response) for response in success_responses(endpoint)}
        if kinds <= {"None"}:
            return "nothing"
        return "bytes" if "bytes" in kinds else "json"

    def idempotency(self, endpoint: Endpoint) -> str:
        """Return what comes of sending it again when the answer was lost."""
        default = "none" if endpoint.method.upper() == "POST" else "idempotent"
        return str(self._declared(endpoint).get("x-idempotency", default))

    def sends(self, endpoint: Endpoint) -> str:
        """Return the last argument of an operation whose body is not JSON."""
        multipart = any(body.body_type == BodyType.FILES for body in endpoint.bodies)
        return ', "multipart"' if multipart else ""

    def read_lines(self, endpoint: Endpoint) -> list[str]:
        """Return the body of `read`."""
        answers = [(r.status_code.range, self._read_answer(r)) for r in success_responses(endpoint)]
        if not answers:
            return ["return None"]
        lines = []
        for (low, high), expression in answers[1:]:
            lines.append(f"if {low} <= status <= {high}:" if low < high else f"if status == {low}:")
            lines.append(f"    return {expression}")
        return [*lines, f"return {answers[0][1]}"]

    def filter_type(self, endpoint: Endpoint) -> FilterType | None:
        """Return the keywords of an operation that answers a page of a list, if it has any."""
        pages = {wire_name(prop) for prop in endpoint.query_parameters}.issuperset(PAGING)
        types = {
            id(prop): self.parameter_type(endpoint, prop) for prop in endpoint.query_parameters
        }
        declared = self.declared(endpoint)
        found = [*keywords_of(endpoint, self._document, declared, types, self.ids)] if pages else []
        if not found:
            return None
        owner = self._attributes.get(declared["tags"][0], "") if "tags" in declared else ""
        main = owner if str(declared["operationId"]).startswith("list_") else endpoint.name
        name = declared.get("x-filters") or f"{ClassName(main or endpoint.name, '')}Filters"
        return FilterType(name, self.operation_name(endpoint), found)

    def filters(self, endpoint: Endpoint) -> str:
        """Return the argument with the keywords of an operation's list."""
        kind = self.filter_type(endpoint)
        entries = ", ".join(each.code for each in kind.keywords) if kind else ""
        return f", filters={{{entries}}}" if entries else ""

    # Both

    def parameter_type(self, endpoint: Endpoint, prop: Property, *, text: bool = False) -> str:
        """Return the type of a parameter; with `text`, as a docstring has it."""
        name, kind = wire_name(prop), self._type(prop, sent=True)
        declared = self._declared(endpoint)["parameters"]
        rules: Json = next((each["schema"] for each in declared if each["name"] == name), {})
        return self.ids.describe(kind, rules) if text else self.ids.annotate(kind, rules)

    def read_type(self, prop: Property) -> str:
        """Return the type of a value that is read."""
        return self._type(prop, sent=False)

    def declared(self, endpoint: Endpoint) -> Json:
        """Return the operation as the contract declares it."""
        return self._declared(endpoint)

    def _declared(self, endpoint: Endpoint) -> Json:
        return self._operations[endpoint.method.upper(), endpoint.path.get_untrusted_value()]

    def _answer(self, response: Any) -> str:
        source = response.source["return_type"]
        return self._type(response.prop, sent=False) if source == "Any" else str(source)

    def _read_answer(self, response: Any) -> str:
        kind = self._answer(response)
        if kind == "bytes":
            return "bytes(data)"
        return "None" if kind == "None" else f"{self._reader(response.prop)}(data)"

    def _type(self, prop: Property, *, sent: bool) -> str:
        for kind, name, _ in _SCALARS:
            if isinstance(prop, kind):
                return name
        if isinstance(prop, NoneProperty):
            return "None"
        if isinstance(prop, LiteralEnumProperty):
            return str(prop.class_info.name) + ("" if sent else f" | {prop.value_type.__name__}")
        if isinstance(prop, ListProperty):
            return f"{'Sequence' if sent else 'list'}[{self._type(prop.inner_property, sent=sent)}]"
        if isinstance(prop, UnionProperty):
            kinds = [self._type(inner, sent=sent) for inner in prop.inner_properties]
            ordered = [kind for kind in kinds if kind != "None"]
            return " | ".join(dict.fromkeys(ordered + (["None"] if "None" in kinds else [])))
        if isinstance(prop, ModelProperty):
            name = str(prop.class_info.name)
            if self.is_quantity(prop) or not sent:
                return name
            free = self.is_free_form(self._models[name])
            return "Mapping[str, Any]" if free else f"{name} | Mapping[str, Any]"
        return "Any"

    def _reader(self, prop: Property) -> str:
        for kind, _, reader in _SCALARS:
            if isinstance(prop, kind):
                return reader
        if isinstance(prop, LiteralEnumProperty):
            return "read_str" if prop.value_type is str else "read_int"
        if isinstance(prop, ListProperty):
            return f"list_of({self._reader(prop.inner_property)})"
        if isinstance(prop, UnionProperty):
            inner = [p for p in prop.inner_properties if not isinstance(p, NoneProperty)]
            readers = list(dict.fromkeys(self._reader(p) for p in inner))
            if len(readers) == 1:
                return readers[0]
            if tags := self._tags.get(frozenset(self._classes(inner))):
                return self._tagged_reader(tags, inner)
            return f"union_of({', '.join(readers)})"
        if isinstance(prop, ModelProperty):
            return (
                "read_quantity" if self.is_quantity(prop) else f"{prop.class_info.name}.from_dict"
            )
        return "read_any"

    def _tagged_reader(self, tags: Tags, inner: list[Property]) -> str:
        objects = {str(p.class_info.name): p for p in inner if isinstance(p, ModelProperty)}
        entries = ", ".join(
            f"{value!r}: {self._reader(objects[name])}"
            for name, values in tags.values.items()
            for value in values
        )
        others = [self._reader(p) for p in inner if not isinstance(p, ModelProperty)]
        return ", ".join([f"tagged_union_of({tags.property!r}, {{{entries}}}", *others]) + ")"

    def _reach(self, props: Iterable[Property]) -> set[str]:
        """Return the names of the models that can be reached from `props`."""
        found: set[str] = set()
        waiting = list(props)
        while waiting:
            for name in self._classes([waiting.pop()]).keys() - found:
                found.add(name)
                waiting += list_members(self._models[name])
        return found

    def _leads_to(self, name: str, model: ModelProperty) -> bool:
        own = str(model.class_info.name)
        return name == own or own in self._reach(list_members(self._models[name]))

    def _classes(self, props: Iterable[Property]) -> dict[str, str]:
        return {
            str(p.class_info.name): str(p.class_info.module_name)
            for p in flatten(props)
            if isinstance(p, ModelProperty)
        }

    def _enums(self, props: Iterable[Property]) -> dict[str, str]:
        return {
            str(p.class_info.name): str(p.class_info.module_name)
            for p in flatten(props)
            if isinstance(p, LiteralEnumProperty)
        }


def _imports(modules: dict[str, str], prefix: str) -> str:
    return "\n".join(sorted(f"from {prefix}{at} import {name}" for name, at in modules.items()))


def _sentence(text: Any) -> str:
    return safe_for_docstring(" ".join(text.get_untrusted_value().split())) if text else ""


def _docstring(summary: str, title: str, entries: list[tuple[str, str]], indent: int) -> str:
    pad = " " * indent
    lines = textwrap.wrap(summary, 100 - indent - 6) or [""]
    if entries:
        lines += ["", title, "-" * len(title)]
        for head, prose in entries:
            lines.append(head)
            lines += [f"    {line}" for line in textwrap.wrap(prose, 92 - indent)]
    if len(lines) == 1 and not lines[0].endswith('"'):
        return f'"""{lines[0]}"""'
    body = "\n".join(f"{pad}{line}".rstrip() for line in lines)
    return f'"""{body.lstrip()}\n{pad}"""'
