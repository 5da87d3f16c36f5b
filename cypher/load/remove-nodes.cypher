// One batch of nodes of one label that a graph has no more; a row is [id]. Its edges are removed before:
// a node with others, which someone else has drawn, stays, as does what another graph has too.
UNWIND $rows AS row
MATCH (node:<label> {id: row[0]})
WHERE $graph IN node.kg_graphs
SET node.kg_graphs = [name IN node.kg_graphs WHERE name <> $graph]
WITH node
WHERE size(node.kg_graphs) = 0 AND NOT EXISTS { (node)--() }
DELETE node
