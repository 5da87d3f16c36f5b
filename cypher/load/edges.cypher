// One batch of edges of one type; a row is {id, source, target, properties}. Nodes are loaded before.
UNWIND $rows AS row
MATCH (source:<source> {id: row.source})
MATCH (target:<target> {id: row.target})
MERGE (source)-[edge:<type> {id: row.id}]->(target)
SET edge = row.properties
RETURN count(edge) AS rows
