"""The errors a user may meet.

    KGError                 every expected failure; the command line prints it in one line and exits with 1
    ├── PageError           a listing page or paper file cannot be read
    ├── RecordError         a JSON Lines record of ours is malformed or contradicts its contract
    ├── SchemaError         a graph does not fit the schema
    ├── DirectoryError      a graph directory is missing, foreign, half-written or locked
    ├── QueryError          Cypher was refused, a named query or its parameter does not exist
    ├── StoreError          a store cannot be reached or opened
    ├── ExportError         a graph cannot be written in the format asked for
    └── ValidationError     RDF breaks rules of the vocabulary

A message has three parts: where (file and place), what was found and expected,
what to do about it.
"""


class KGError(Exception):
    """An expected failure, told to the user in one line.

    Args:
        where: File and place (``"pages/a.txt, record 3"``), or the thing at fault.
        what: What was found and what was expected.
        todo: What the user can do.

    >>> print(KGError("a.txt, line 2", "the title has no abstract", "complete the record or pass --skip-bad"))
    a.txt, line 2: the title has no abstract; complete the record or pass --skip-bad
    """

    def __init__(self, where: str, what: str, todo: str) -> None:
        self.where, self.what, self.todo = where, what, todo
        super().__init__(f"{where}: {what}; {todo}")


class PageError(KGError):
    """A listing page or paper file cannot be read."""


class RecordError(KGError):
    """A JSON Lines record is malformed or contradicts its contract."""


class SchemaError(KGError):
    """A graph does not fit ``kg.schema``."""


class DirectoryError(KGError):
    """A graph directory is missing, foreign, half-written or locked."""


class QueryError(KGError):
    """A query was refused, or a named query or one of its parameters does not exist."""


class StoreError(KGError):
    """A store cannot be reached or opened."""


class ExportError(KGError):
    """A graph cannot be written in the format asked for."""


class ValidationError(KGError):
    """RDF breaks rules of the vocabulary."""
