// One batch of nodes of one label; a row is {id, properties}, and the properties hold the id too.
// The label is static and its id constrained, so every MERGE is one look-up in an index.
UNWIND $rows AS row
MERGE (node:<label> {id: row.id})
SET node = row.properties
SET node:<labels>
RETURN count(node) AS rows
