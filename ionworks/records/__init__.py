"""Records: the typed objects in the service's responses, with lists, tables and comparisons.

The names imported here are public. The rest of the package serves the client and the generated
models. Modules, lowest layer first:

- `base`, `readers`, `model`: declare a model, read JSON, write JSON;
- `flatten`, `table`: convert a record to one row, and records to a table;
- `record`: base classes of the generated models;
- `pages`, `walk`: lists of records, and how they are read page by page;
- `diff`, `compare`: compare a record with the requested one, and the quantities of two records.
"""

from ionworks.records.base import UNSET, InvalidRecord, RecordError
from ionworks.records.compare import QuantityComparison, QuantityPair, compare_quantities
from ionworks.records.diff import Difference, DifferenceWarning
from ionworks.records.pages import Count, InvalidRecordWarning, RecordList
from ionworks.records.record import FreeForm, OpenRecord, Page, Record
from ionworks.records.walk import ListChangedWarning

__all__ = [
    "UNSET",
    "Count",
    "Difference",
    "DifferenceWarning",
    "FreeForm",
    "InvalidRecord",
    "InvalidRecordWarning",
    "ListChangedWarning",
    "OpenRecord",
    "Page",
    "QuantityComparison",
    "QuantityPair",
    "Record",
    "RecordError",
    "RecordList",
    "compare_quantities",
]
