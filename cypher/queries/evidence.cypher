// question: Which sentences speak for each edge of an entity?
// parameter: name str -- name, alias or id of the entity, in any case
// column: source -- name or title of the node where the edge starts
// column: edge -- type of the edge
// column: target -- name or title of the node where it ends
// column: confidence -- of the extraction, in [0, 1]
// column: sentence -- the evidence; for VARIANT_OF the rule that read the name
MATCH (x:Entity)
WHERE toLower($name) IN [x.id, toLower(x.name)] + [alias IN coalesce(x.aliases, []) | toLower(alias)]
MATCH (x)-[e]-(y)
WITH DISTINCT e, startNode(e) AS a, endNode(e) AS b
RETURN coalesce(a.name, a.title, a.value_as_written, a.kind) AS source, type(e) AS edge,
  coalesce(b.name, b.title, b.value_as_written, b.kind) AS target,
  e.confidence AS confidence, coalesce(e.evidence, e.rule) AS sentence
ORDER BY type(e), a.id, b.id, e.id
