// One batch of nodes of one label that a graph has and the server has not, or otherwise; a row is
// [id, hash, properties...] in the order of the schema. Labels are static and the id constrained, so every
// MERGE is one look-up in an index. Every property of the schema is set, null removes it; others, which
// are not ours, stay. A node belongs to all graphs that have it and has the content of the last one loaded.
// One that was there and of no graph also belongs to '', which is no graph's name and never gives it up.
UNWIND $rows AS row
MERGE (node:<labels> {id: row[0]})
ON CREATE SET node.kg_graphs = [$graph]
ON MATCH SET node.kg_graphs =
  CASE WHEN $graph IN node.kg_graphs THEN node.kg_graphs ELSE coalesce(node.kg_graphs, ['']) + $graph END
SET <each property from 2: node.<property> = row[<index>]>, node.kg_hash = row[1]
RETURN count(node) AS rows
