"""Records: what the service answers as typed objects, in lists, as tables and compared.

These names are public. The rest of the package serves the client and the generated models. From
the lowest module up:

- `base`, `readers`, `model`: the declaration of a model, how JSON is read, how it is written;
- `flatten`, `table`: a record as one row, records as a table;
- `record`: the base classes of the generated models;
- `pages`, `diff`, `compare`: lists, differences from what was asked for, quantities of two records.
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
