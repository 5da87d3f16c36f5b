// Count the nodes of one label. A server keeps these counts, so that nothing is searched.
MATCH (node:<label>)
RETURN count(node) AS count
