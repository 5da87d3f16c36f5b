// question: By which papers, results or names are two entities connected, in the fewest steps?
// parameter: from Entity = "Transformer" -- name, alias or id of an entity, in any case
// parameter: to Entity = "BERT" -- name, alias or id of the other one
// parameter: limit int = 10 -- how many paths, all of them of the fewest steps; 8 steps are the most
// column: steps -- number of edges
// column: nodes -- names and titles along the path
// column: edges -- types of the edges, > where one points to the next node, < where it points back
// column: sentences -- the evidence of each edge; for VARIANT_OF the rule that read the name
MATCH (a:Entity)
WHERE toLower($from) IN [a.id, toLower(a.name)] + [alias IN coalesce(a.aliases, []) | toLower(alias)]
MATCH (b:Entity)
WHERE toLower($to) IN [b.id, toLower(b.name)] + [alias IN coalesce(b.aliases, []) | toLower(alias)] AND b.id <> a.id
MATCH path = allShortestPaths((a)-[*..8]-(b))
WITH nodes(path) AS along, relationships(path) AS edges
WITH along, edges, reduce(key = '', node IN along | key + node.id + ' ') +
  reduce(key = '', edge IN edges | key + type(edge) + ' ' + edge.id + ' ') AS ids
RETURN size(edges) AS steps, [node IN along | coalesce(node.name, node.title, node.value_as_written, node.kind)] AS nodes,
  [i IN range(0, size(edges) - 1) |
    CASE WHEN startNode(edges[i]).id = along[i].id THEN type(edges[i]) + ' >' ELSE '< ' + type(edges[i]) END] AS edges,
  [edge IN edges | coalesce(edge.evidence, edge.rule)] AS sentences
ORDER BY steps, ids
LIMIT $limit
