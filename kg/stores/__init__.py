"""Stage stores: the graph in a Cypher store, loaded and queried by the files of ``cypher/``.

Input: the nodes and edges of a graph directory. Output: rows of plain Python values.
Assumes that the graph fits the schema and that edges join nodes which exist. Ignores
on purpose: how the graph was made.

``embedded`` keeps an ArcadeDB database inside the graph directory, a cache that is
rebuilt when stale; ``neo4j`` talks to a server, and ``loading`` brings the server to the
state of a graph. Both run the same queries and the same schema from ``cypher/``; what
differs stands in one file each in ``cypher/backends``, and in these modules:

* the embedded store is filled once and never changed, a server may hold other graphs and
  data of others;
* the embedded store names records by position (``#7:0``) and paths as text, Neo4j by
  driver objects;
* its engine refuses what writes or reads files and keeps one time limit a process; a
  server refuses what writes, and the plan of a query tells what else it would do.
"""
