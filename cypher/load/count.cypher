// All nodes and edges of the database. A server keeps these two counts, so that nothing is searched.
RETURN COUNT { MATCH (node) } AS nodes, COUNT { MATCH ()-[edge]->() } AS edges
