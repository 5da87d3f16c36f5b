// One batch of nodes of one label that a graph has no more; a row is [id]. Its edges are removed before.
// What another graph has too stays, without this one's name; so does a node with edges that someone else
// has drawn, but it keeps the name, so that the next load tries again. Returns how many are gone.
UNWIND $rows AS row
MATCH (node:<label> {id: row[0]})
WHERE $graph IN node.kg_graphs AND (size(node.kg_graphs) > 1 OR NOT EXISTS { (node)--() })
SET node.kg_graphs = [name IN node.kg_graphs WHERE name <> $graph]
WITH node, row[0] AS id
WHERE size(node.kg_graphs) = 0
DELETE node
RETURN count(DISTINCT id) AS rows
