// The edges that the server holds of one graph, with the hash of their content. By its source an edge is
// found again without a search.
MATCH (source)-[edge:<types>]->()
WHERE $graph IN edge.kg_graphs
RETURN type(edge) AS name, edge.id AS id, edge.kg_hash AS hash, source.id AS source
