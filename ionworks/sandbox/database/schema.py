"""The tables of the sandbox's database, and the indexes that each start adds."""

from __future__ import annotations

FORMAT = 4

SCHEMA = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL);

CREATE TABLE projects (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    parent_id TEXT NOT NULL,
    name TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    document TEXT NOT NULL,
    UNIQUE (parent_id, name)
);

CREATE TABLE cell_specifications (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    parent_id TEXT NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    document TEXT NOT NULL,
    UNIQUE (parent_id, name)
);

CREATE TABLE materials (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    project_id TEXT REFERENCES projects (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    manufacturer TEXT NOT NULL,
    product_id TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    document TEXT NOT NULL,
    UNIQUE (project_id, name, manufacturer, product_id)
);

CREATE TABLE components (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    cell_specification_id TEXT NOT NULL REFERENCES cell_specifications (id) ON DELETE CASCADE,
    slot TEXT NOT NULL,
    material_id TEXT NOT NULL REFERENCES materials (id) ON DELETE CASCADE,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    document TEXT NOT NULL,
    UNIQUE (cell_specification_id, slot)
);
CREATE INDEX components_by_material ON components (material_id);

CREATE TABLE cell_batches (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    parent_id TEXT NOT NULL REFERENCES cell_specifications (id) ON DELETE CASCADE,
    name TEXT NOT NULL COLLATE fold,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    document TEXT NOT NULL,
    UNIQUE (parent_id, name)
);

CREATE TABLE cell_instances (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    parent_id TEXT NOT NULL REFERENCES cell_specifications (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    document TEXT NOT NULL,
    batch_id TEXT REFERENCES cell_batches (id) ON DELETE SET NULL,
    UNIQUE (parent_id, name)
);
CREATE INDEX cell_instances_by_batch ON cell_instances (batch_id);

CREATE TABLE cell_measurements (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    parent_id TEXT NOT NULL REFERENCES cell_instances (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    document TEXT NOT NULL,
    measurement_type TEXT NOT NULL,
    start_time INTEGER,
    UNIQUE (parent_id, name)
);

CREATE TABLE watches (
    user_id TEXT NOT NULL,
    measurement_id TEXT NOT NULL REFERENCES cell_measurements (id) ON DELETE CASCADE,
    PRIMARY KEY (user_id, measurement_id)
);
CREATE INDEX watches_by_measurement ON watches (measurement_id);

CREATE TABLE jobs (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    document TEXT NOT NULL
);

CREATE TABLE pending_uploads (
    id TEXT PRIMARY KEY,
    cell_instance_id TEXT NOT NULL REFERENCES cell_instances (id) ON DELETE CASCADE,
    measurement_type TEXT NOT NULL,
    filenames TEXT NOT NULL,
    expires_at INTEGER NOT NULL
);
CREATE INDEX pending_uploads_by_instance ON pending_uploads (cell_instance_id);

CREATE TABLE extensions (
    id TEXT PRIMARY KEY,
    measurement_id TEXT NOT NULL UNIQUE REFERENCES cell_measurements (id) ON DELETE CASCADE,
    expires_at INTEGER NOT NULL
);

CREATE TABLE processing (
    measurement_id TEXT PRIMARY KEY REFERENCES cell_measurements (id) ON DELETE CASCADE,
    running_at INTEGER NOT NULL,
    due_at INTEGER NOT NULL
);

CREATE TABLE raw_data (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    parent_id TEXT NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    document TEXT NOT NULL
);
CREATE INDEX raw_data_by_project ON raw_data (parent_id);

CREATE TABLE raw_data_links (
    measurement_id TEXT NOT NULL REFERENCES cell_measurements (id) ON DELETE CASCADE,
    raw_data_id TEXT NOT NULL REFERENCES raw_data (id) ON DELETE CASCADE,
    PRIMARY KEY (measurement_id, raw_data_id)
);
CREATE INDEX raw_data_links_by_raw_data ON raw_data_links (raw_data_id);

CREATE TABLE pending_raw_data (
    id TEXT PRIMARY KEY,
    project_id TEXT NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
    filename TEXT NOT NULL,
    expires_at INTEGER NOT NULL
);
CREATE INDEX pending_raw_data_by_project ON pending_raw_data (project_id);

CREATE VIEW open_uploads AS
    SELECT id FROM pending_uploads
    UNION ALL SELECT id FROM pending_raw_data
    UNION ALL SELECT id FROM extensions
        WHERE measurement_id NOT IN (SELECT measurement_id FROM processing);

CREATE VIEW object_owners AS
    SELECT id FROM cell_measurements
    UNION ALL SELECT id FROM raw_data
    UNION ALL SELECT id FROM pending_uploads
    UNION ALL SELECT id FROM pending_raw_data
    UNION ALL SELECT id FROM extensions;

CREATE TABLE objects (
    path TEXT PRIMARY KEY,
    owner_id TEXT NOT NULL,
    filename TEXT NOT NULL,
    file TEXT NOT NULL,
    size INTEGER NOT NULL,
    etag TEXT NOT NULL,
    content_type TEXT NOT NULL,
    stored_at INTEGER NOT NULL
);
CREATE INDEX objects_by_owner ON objects (owner_id);
"""


# Made at each start, so that data of an earlier start get them too. A list is in the order of
# creation unless something else is asked for.
INDEXES = "".join(
    f"CREATE INDEX IF NOT EXISTS {table}_by_creation ON {table} (parent_id, created_at, sequence);"
    for table in (
        "projects",
        "cell_specifications",
        "cell_batches",
        "cell_instances",
        "cell_measurements",
        "raw_data",
    )
)
