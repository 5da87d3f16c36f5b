// One batch of edges of one type that a graph has no more; a row is [id, id of the source]. What another
// graph has too stays. Returns of how many rows the edges are gone: someone may have drawn one twice.
UNWIND $rows AS row
MATCH (:<source> {id: row[1]})-[edge:<type> {id: row[0]}]->()
WHERE $graph IN edge.kg_graphs
SET edge.kg_graphs = [name IN edge.kg_graphs WHERE name <> $graph]
WITH edge, row[0] AS id
WHERE size(edge.kg_graphs) = 0
DELETE edge
RETURN count(DISTINCT id) AS rows
