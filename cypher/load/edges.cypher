// One batch of edges of one type that a graph has and the server has not, or otherwise; a row is
// [id, hash, id of the source, id of the target, properties...] in the order of the schema. Nodes are
// loaded before. See nodes.cypher. Rows are counted, not edges: someone may have drawn one twice.
UNWIND $rows AS row
MATCH (source:<source> {id: row[2]})
MATCH (target:<target> {id: row[3]})
MERGE (source)-[edge:<type> {id: row[0]}]->(target)
ON CREATE SET edge.kg_graphs = [$graph]
ON MATCH SET edge.kg_graphs =
  CASE WHEN $graph IN edge.kg_graphs THEN edge.kg_graphs ELSE coalesce(edge.kg_graphs, ['']) + $graph END
SET <each property from 4: edge.<property> = row[<index>]>, edge.kg_hash = row[1]
RETURN count(DISTINCT row[0]) AS rows
