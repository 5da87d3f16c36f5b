// One batch of edges of one type for a database without any; a row is [id, hash, id of the source, id of
// the target, properties...] in the order of the schema. Nodes are loaded before.
UNWIND $rows AS row
MATCH (source:<source> {id: row[2]})
MATCH (target:<target> {id: row[3]})
CREATE (source)-[edge:<type> {id: row[0]}]->(target)
SET <each property from 4: edge.<property> = row[<index>]>
RETURN count(edge) AS rows
