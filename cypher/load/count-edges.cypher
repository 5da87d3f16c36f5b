// Count the edges of one type. A server keeps these counts, so that nothing is searched.
MATCH ()-[edge:<type>]->()
RETURN count(edge) AS count
