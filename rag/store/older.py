"""An index of an older format, shown as one of today's, so that it can be built anew from its own documents."""

from __future__ import annotations

from rag.store.database import Connection

_IS_FORMAT_1 = """
    SELECT 1 FROM sqlite_master WHERE name = 'state' AND NOT EXISTS
    (SELECT 1 FROM sqlite_master WHERE name = 'segment')"""

# A temporary view goes before the table of its name.
_FORMAT_1_AS_TODAY = (
    "CREATE TEMP VIEW source AS SELECT source AS name, id AS document FROM main.document",
    """CREATE TEMP VIEW content AS
        SELECT id AS document, page_starts, '[]' AS page_sizes, '[]' AS seams, '[]' AS cells, blocks,
               original, body, starts, ends, NULL AS boxes FROM main.document""",
    """CREATE TEMP VIEW document AS
        SELECT id, format, sha256, characters, pages,
               (SELECT count(*) FROM main.passage AS one WHERE one.document = old.id) AS passages,
               metadata, warnings FROM main.document AS old""",
)


def show_as_today(connection: Connection) -> None:
    """Let sources and documents of an index of format 1 be read as if it were of today's format.

    Those of format 2 are. For one read: the connection does not notice when the index is built anew.
    """
    if connection.execute(_IS_FORMAT_1).fetchone() is None:
        return
    for statement in _FORMAT_1_AS_TODAY:
        connection.execute(statement)
    connection.lasting = False
