// One batch of nodes of one label for a database without any; a row is [id, hash, properties...] in the
// order of the schema. A property that is null is absent.
UNWIND $rows AS row
CREATE (node:<label> {id: row[0]})
SET <each property from 2: node.<property> = row[<index>]>
RETURN count(node) AS rows
