"""A plain resource of six operations that `openapi.yaml` does not have, and what it must do.

Tests add it to a copy of the contract: `add_shipments(text)` returns the text with the resource.
"""

from __future__ import annotations

from typing import Any

TAG = "  - {name: shipments, x-resource: shipment, description: Cells on their way}\n"
OPERATIONS = (
    "list_shipments",
    "create_shipment",
    "get_shipment",
    "update_shipment",
    "delete_shipment",
    "dispatch_shipment",
)
ERRORS = """\
        '400': {$ref: '#/components/responses/BadRequest'}
        '401': {$ref: '#/components/responses/Unauthorized'}
        '403': {$ref: '#/components/responses/Forbidden'}
        '404': {$ref: '#/components/responses/NotFound'}
        '422': {$ref: '#/components/responses/ValidationFailed'}
        '429': {$ref: '#/components/responses/TooManyRequests'}
        '500': {$ref: '#/components/responses/InternalError'}
        '503': {$ref: '#/components/responses/Unavailable'}
"""
FIELDS = """\
        name:
          type: string
          minLength: 1
          maxLength: 255
          description: The name.
          x-evidence: assumed
        carrier:
          type: [string, 'null']
          maxLength: 100
          description: Who transports it.
          x-evidence: assumed
        insured:
          type: boolean
          default: false
          description: Whether it is insured.
          x-evidence: assumed
        cell_count:
          type: [integer, 'null']
          minimum: 1
          description: Number of its cells.
          x-evidence: assumed
        mass:
          oneOf: [{$ref: '#/components/schemas/Quantity'}, {type: 'null'}]
          x-quantity: {dimension: g, example: 2.4 kg, exclusiveMinimum: 0}
          description: Its mass with the packaging.
          x-evidence: assumed
        shipped_at:
          type: [string, 'null']
          format: date-time
          description: When it was sent.
          x-evidence: assumed
"""
PATHS = """\
  /projects/{project_id}/shipments:
    parameters:
      - {$ref: '#/components/parameters/ProjectId'}
    get:
      operationId: list_shipments
      x-filters: ShipmentFilters
      tags: [shipments]
      summary: List the shipments of a project
      x-evidence: assumed
      security: [{apiKey: []}, {bearer: []}]
      parameters:
        - {$ref: '#/components/parameters/Limit'}
        - {$ref: '#/components/parameters/Offset'}
        - {$ref: '#/components/parameters/Name'}
        - name: carrier
          x-filter: {carrier: contains, carrier_exact: equals}
          in: query
          description: Filter by carrier, as operator and value.
          x-evidence: assumed
          schema: {type: string}
        - name: insured
          in: query
          description: Only the shipments that are insured, or only those that are not.
          x-evidence: assumed
          schema: {type: boolean}
        - name: shipped_at_gt
          x-filter: {shipped_after: datetime}
          in: query
          description: Only shipments sent after this instant (ISO 8601).
          x-evidence: assumed
          schema: {type: string}
        - name: shipped_at_lt
          x-filter: {shipped_before: datetime}
          in: query
          description: Only shipments sent before this instant (ISO 8601).
          x-evidence: assumed
          schema: {type: string}
        - {$ref: '#/components/parameters/CreatedAtGt'}
        - {$ref: '#/components/parameters/CreatedAtLt'}
        - name: order_by
          in: query
          description: The field to sort by.
          x-evidence: assumed
          schema:
            type: string
            enum: [name, carrier, cell_count, shipped_at, created_at]
            default: created_at
        - {$ref: '#/components/parameters/Order'}
      responses:
        '200':
          description: One page of shipments
          content: {application/json: {schema: {$ref: '#/components/schemas/ShipmentList'}}}
@ERRORS@
    post:
      operationId: create_shipment
      x-idempotency: unique-name
      tags: [shipments]
      summary: Create a shipment of a project
      description: The name must be unique within the project.
      x-evidence: assumed
      security: [{apiKey: []}, {bearer: []}]
      requestBody:
        required: true
        content: {application/json: {schema: {$ref: '#/components/schemas/ShipmentCreate'}}}
      responses:
        '201':
          description: The new shipment
          content: {application/json: {schema: {$ref: '#/components/schemas/Shipment'}}}
        '409': {$ref: '#/components/responses/Conflict'}
@ERRORS@

  /shipments/{shipment_id}:
    parameters:
      - name: shipment_id
        in: path
        required: true
        description: The id of the shipment.
        x-evidence: assumed
        schema: {type: string}
    get:
      operationId: get_shipment
      tags: [shipments]
      summary: Get a shipment
      x-evidence: assumed
      security: [{apiKey: []}, {bearer: []}]
      responses:
        '200':
          description: The shipment
          content: {application/json: {schema: {$ref: '#/components/schemas/Shipment'}}}
@ERRORS@
    patch:
      operationId: update_shipment
      tags: [shipments]
      summary: Change a shipment
      description: Fields that are not given stay unchanged.
      x-evidence: assumed
      security: [{apiKey: []}, {bearer: []}]
      requestBody:
        required: true
        content: {application/json: {schema: {$ref: '#/components/schemas/ShipmentUpdate'}}}
      responses:
        '200':
          description: The shipment after the change
          content: {application/json: {schema: {$ref: '#/components/schemas/Shipment'}}}
        '409': {$ref: '#/components/responses/Conflict'}
@ERRORS@
    delete:
      operationId: delete_shipment
      tags: [shipments]
      summary: Delete a shipment
      x-evidence: assumed
      security: [{apiKey: []}, {bearer: []}]
      responses:
        '204': {description: Deleted}
@ERRORS@

  /shipments/{shipment_id}/dispatch:
    parameters:
      - name: shipment_id
        in: path
        required: true
        description: The id of the shipment.
        x-evidence: assumed
        schema: {type: string}
    post:
      operationId: dispatch_shipment
      x-method: dispatch
      tags: [shipments]
      summary: Hand a shipment over to its carrier
      x-evidence: assumed
      security: [{apiKey: []}, {bearer: []}]
      responses:
        '200':
          description: The shipment
          content: {application/json: {schema: {$ref: '#/components/schemas/Shipment'}}}
        '409': {$ref: '#/components/responses/Conflict'}
@ERRORS@

"""
SCHEMAS = """\
    Shipment:
      type: object
      description: Cells that were sent together.
      required: [id, name, project_id, created_at, updated_at, status]
      properties:
        id:
          type: string
          description: The id.
          x-evidence: assumed
        project_id:
          type: string
          description: The project that it belongs to.
          x-evidence: assumed
        name:
          type: string
          description: The name.
          x-evidence: assumed
        carrier:
          type: [string, 'null']
          maxLength: 100
          description: Who transports it.
          x-evidence: assumed
        insured:
          type: boolean
          default: false
          description: Whether it is insured.
          x-evidence: assumed
        cell_count:
          type: [integer, 'null']
          minimum: 1
          description: Number of its cells.
          x-evidence: assumed
        mass:
          oneOf: [{$ref: '#/components/schemas/Quantity'}, {type: 'null'}]
          x-quantity: {dimension: g, example: 2.4 kg, exclusiveMinimum: 0}
          description: Its mass with the packaging.
          x-evidence: assumed
        shipped_at:
          type: [string, 'null']
          format: date-time
          description: When it was sent.
          x-evidence: assumed
        status:
          type: string
          enum: [planned, sent, received]
          description: Where it is.
          x-evidence: assumed
        organization_id:
          type: [string, 'null']
          description: The organization that it belongs to.
          x-evidence: assumed
        created_by:
          type: [string, 'null']
          description: The id of the user who created it.
          x-evidence: assumed
        created_at:
          type: string
          format: date-time
          description: When it was created.
          x-evidence: assumed
        updated_at:
          type: string
          format: date-time
          description: When it was last changed.
          x-evidence: assumed

    ShipmentCreate:
      type: object
      description: A shipment to create.
      required: [name]
      properties:
@FIELDS@

    ShipmentUpdate:
      type: object
      description: The fields of a shipment to change.
      properties:
@FIELDS@

    ShipmentList:
      type: object
      description: One page of shipments.
      required: [items, count, total]
      properties:
        items:
          type: array
          items: {$ref: '#/components/schemas/Shipment'}
          description: The shipments on this page.
          x-evidence: assumed
        count:
          type: integer
          description: Number of records on this page.
          x-evidence: assumed
        total:
          type: integer
          description: Number of records on all pages.
          x-evidence: assumed

"""


def add_shipments(text: str) -> str:
    """Return the text of a contract with the new tag, paths and schemas."""
    paths, schemas = PATHS.replace("@ERRORS@\n", ERRORS), SCHEMAS.replace("@FIELDS@\n", FIELDS)
    for heading, addition in (("tags:", TAG), ("paths:", paths), ("  schemas:", schemas)):
        line = f"\n{heading}\n"
        assert text.count(line) == 1, heading
        text = text.replace(line, line + addition)
    return text


def check_shipments(api: Any) -> None:
    """Call every operation over plain HTTP; `api` is that of `sandbox_fixtures`."""
    project = api.project()
    path = f"/projects/{project}/shipments"
    made = _check_creation(api, project, path)
    _check_lists(api, path)
    _check_changes(api, path, made)
    _check_refusals(api, path)


def _check_creation(api: Any, project: str, path: str) -> Any:
    body = {
        "name": "First",
        "carrier": "North Freight",
        "mass": {"value": 2.4, "unit": "kg"},
        "shipped_at": "2025-03-01T09:00:00+01:00",
    }
    made = api.post(path, body)
    assert {key: made[key] for key in ("name", "carrier", "mass")} == {
        key: body[key] for key in ("name", "carrier", "mass")
    }
    assert made["shipped_at"] == "2025-03-01T08:00:00Z"
    assert (made["project_id"], made["status"]) == (project, "planned")
    assert (made["insured"], made["cell_count"]) == (False, None)
    assert made["created_by"] == api.get("/users/me")["id"]
    assert made["created_at"] == made["updated_at"]
    assert api.get(f"/shipments/{made['id']}") == made
    return made


def _check_lists(api: Any, path: str) -> None:
    for name, carrier, insured, cells, day in (
        ("Second", "North Freight", True, 5, "2025-03-02"),
        ("third", "Rail", False, 3, None),
    ):
        shipped = None if day is None else f"{day}T08:00:00Z"
        fields = {"carrier": carrier, "insured": insured, "cell_count": cells}
        api.post(path, {"name": name, "shipped_at": shipped, **fields})
    assert api.names(path) == ["third", "Second", "First"]
    assert api.names(path, order="asc") == ["First", "Second", "third"]
    assert api.names(path, order_by="cell_count", order="asc") == ["third", "Second", "First"]
    assert api.names(path, order_by="shipped_at", order="asc") == ["First", "Second", "third"]
    assert api.names(path, name="ilike.%S%", order="asc") == ["First", "Second"]
    assert api.names(path, name="eq.second") == []
    assert api.names(path, carrier="eq.Rail") == ["third"]
    assert api.names(path, carrier="ilike.%freight%", order="asc") == ["First", "Second"]
    assert api.names(path, insured="true") == ["Second"]
    assert api.names(path, insured="false", order="asc") == ["First", "third"]
    assert api.names(path, shipped_at_gt="2025-03-01T09:30:00+01:00") == ["Second"]
    assert api.names(path, shipped_at_lt="2025-03-02") == ["First"]
    page = api.get(path, limit=1, offset=1)
    assert (page["count"], page["total"], page["items"][0]["name"]) == (1, 3, "Second")


def _check_changes(api: Any, path: str, made: Any) -> None:
    item = f"/shipments/{made['id']}"
    changed = api.patch(item, {"carrier": None, "cell_count": 7})
    assert (changed["carrier"], changed["cell_count"]) == (None, 7)
    assert (changed["name"], changed["mass"]) == (made["name"], made["mass"])
    assert changed["updated_at"] > made["updated_at"]
    assert api.post(path, {"name": "First"}, 409)["detail"] == {"existing_id": made["id"]}
    assert api.patch(item, {"name": "third"}, 409)["error_code"] == "CONFLICT"
    assert api.get(item) == changed
    assert api.post(path, {"name": "FIRST"})["name"] == "FIRST"
    other = f"/projects/{api.project()}/shipments"
    assert api.post(other, {"name": "First"})["id"] != made["id"]
    assert api.post(f"{item}/dispatch", None, 501)["error_code"] == "NOT_IMPLEMENTED"
    assert api.delete(item).content == b""
    for refused in (
        lambda: api.get(item, status=404),
        lambda: api.patch(item, {}, 404),
        lambda: api.delete(item, status=404),
    ):
        refused()


def _check_refusals(api: Any, path: str) -> None:
    assert api.post("/projects/none/shipments", {"name": "x"}, 404)["error_code"] == "NOT_FOUND"
    api.get("/projects/none/shipments", status=404)
    wrong = api.post(path, {"name": "", "cell_count": 0, "mass": {"value": 1, "unit": "V"}}, 422)
    assert {entry["loc"][-1] for entry in wrong["detail"]} >= {"name", "cell_count"}
    wrong = api.post(path, {"name": "x", "mass": {"value": 1, "unit": "V"}}, 422)
    assert [entry["loc"] for entry in wrong["detail"]] == [["body", "mass"]]
    api.get(path, status=422, order_by="mass")
    api.get(path, status=422, limit=0)
    api.get(path, status=422, shipped_at_gt="yesterday")
