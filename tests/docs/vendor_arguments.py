"""What the help of `ionworks-api` 0.38 shows: the methods on cell data, with their arguments.

Those before the star can be given by position, in this order.
"""

_BY_NAME = "name name_exact"
_BY_TIME = "created_after created_before updated_after updated_before"
_SORTED = "order_by order"
_METADATA = "notes protocol start_time end_time test_setup tags"
_STRICT = "validate_strict rated_capacity voltage_window skip_checks"
_SLOTS = "anode_material_id cathode_material_id electrolyte_material_id separator_material_id"

_CLIENT = {
    "capabilities": "",
    "delete": "endpoint",
    "get": "endpoint",
    "health_check": "",
    "patch": "endpoint json_payload",
    "post": "endpoint json_payload",
    "post_multipart": "endpoint files params",
    "pybamm_models": "",
    "redirect_url": "endpoint",
    "request": "method endpoint json_payload",
    "request_raw": "method endpoint timeout",
    "resolve_measurement": "cell_specification cell_instance measurement * project_id",
    "schema": "name",
    "upload_multipart": "endpoint * data files method",
    "validate_pybamm_model_config": "pybamm_model options module",
    "whoami": "",
}
_PROJECT = {
    "add_member": "project_id user_id role",
    "create": "data",
    "delete": "project_id",
    "get": "project_id",
    "invite_member": "project_id email role",
    "list": f"limit offset * {_BY_NAME} {_BY_TIME} {_SORTED}",
    "remove_member": "project_id user_id",
    "roles": "",
    "update": "project_id data",
    "update_member": "project_id user_id role",
}
_CELL_SPEC = {
    "create": "data",
    "create_or_get": "data",
    "delete": "cell_spec_id",
    "get": "cell_spec_id",
    "list": f"include_components limit offset * {_BY_NAME} form_factor created_by_email {_BY_TIME}"
    f" {_SORTED} project_id material_id {_SLOTS} case_material_id exclude_cell_spec_id",
    "related_specs": "cell_spec_id * slots exclude_self limit offset include_components",
    "update": "cell_spec_id data",
}
_MATERIAL = {
    "get": "material_id",
    "list": f"limit offset * project_id {_BY_NAME} manufacturer product_id"
    f" created_at created_at_gt created_at_lt updated_at updated_at_gt updated_at_lt {_SORTED}",
}
_CELL_BATCH = {
    "create": "cell_spec_id data",
    "create_or_get": "cell_spec_id data",
    "delete": "batch_id",
    "get": "batch_id",
    "list": f"cell_spec_id limit offset * {_BY_NAME}",
    "update": "batch_id data",
}
_CELL_INSTANCE = {
    "create": "cell_spec_id data",
    "create_or_get": "cell_spec_id data",
    "delete": "cell_instance_id",
    "detail": "cell_instance_id include_steps include_cycles include_time_series",
    "get": "cell_instance_id",
    "list": f"cell_spec_id limit offset * {_BY_NAME} created_by_email {_BY_TIME} {_SORTED}"
    " batch_id",
    "update": "cell_instance_id data",
}
_CELL_MEASUREMENT = {
    "add_tags": "measurement_ids tags",
    "attach_raw_data": "cell_measurement_id raw_data_ids",
    "create": f"cell_instance_id measurement_detail {_STRICT} wait_for_processing",
    "create_file": f"cell_instance_id name filepaths * validate_images {_METADATA}",
    "create_or_get": f"cell_instance_id measurement_detail {_STRICT} wait_for_processing",
    "create_properties": f"cell_instance_id name properties * {_METADATA}",
    "cycles": "measurement_id use_cache",
    "delete": "measurement_id",
    "detach_raw_data": "cell_measurement_id raw_data_id",
    "detail": "measurement_id use_cache include_steps include_cycles include_time_series",
    "download_files": "measurement_id use_cache filenames",
    "extend": "measurement_id time_series wait_for_processing",
    "get": "measurement_id",
    "get_file": "measurement_id filename",
    "list": f"cell_instance_id limit offset measurement_type * {_BY_NAME} created_by_email"
    f" started_after started_before {_BY_TIME} tags_all tags_any {_SORTED}",
    "list_by_project": f"project_id limit offset measurement_type * q tags_all tags_any {_SORTED}",
    "list_files": "measurement_id",
    "list_raw_data": "cell_measurement_id limit offset",
    "list_tags": "project_id q limit",
    "remove_tags": "measurement_ids tags",
    "steps": "measurement_id use_cache",
    "steps_and_cycles": "measurement_id use_cache",
    "time_series": "measurement_id use_cache row_range",
    "unwatch": "measurement_id",
    "update": "measurement_id data",
    "wait_for_processing": "measurement_ids timeout",
    "watch": "measurement_id",
}
_RAW_DATA = {
    "delete": "raw_data_id",
    "download": "raw_data_id use_cache read_timeout",
    "download_url": "raw_data_id",
    "get": "raw_data_id",
    "list": "project_id limit offset",
    "list_measurements": "raw_data_id limit offset",
    "update": "raw_data_id name source metadata",
    "upload": "project_id file name source metadata timeout",
}
_JOB = {
    "cancel": "job_id",
    "create": "payload",
    "get": "job_id",
    "get_metadata": "job_id",
    "get_parameter_trace": "job_id",
    "get_plot_data": "job_id objective_name plot_index max_points x_min x_max",
    "get_posterior_samples": "job_id",
    "get_series": "job_id objective source columns x_column max_points x_min x_max",
    "get_series_channels": "job_id",
    "list": "",
}
_NOUNS = {
    "project": _PROJECT,
    "cell_spec": _CELL_SPEC,
    "material": _MATERIAL,
    "cell_batch": _CELL_BATCH,
    "cell_instance": _CELL_INSTANCE,
    "cell_measurement": _CELL_MEASUREMENT,
    "raw_data": _RAW_DATA,
    "search": {"query": "q * limit offset per_type entity_types project_id"},
    "job": _JOB,
}

METHODS = _CLIENT | {
    f"{noun}.{name}": arguments
    for noun, methods in _NOUNS.items()
    for name, arguments in methods.items()
}
"""The arguments of each method, by its dotted name on the client."""

ELSEWHERE = frozenset(
    {
        *("analysis", "channel", "cycler", "ecm", "electrolyte", "lab"),
        *("material_property_dataset", "model", "model_builder", "optimization", "organization"),
        *("parameterized_model", "pipeline", "planned_measurement", "protocol"),
        *("simple_pipeline", "simulation", "site", "study", "urls"),
    }
)
"""The clients for other things than cell data."""
