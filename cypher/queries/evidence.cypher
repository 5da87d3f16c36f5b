// question: Which sentences speak for each edge of an entity?
// parameter: name Entity = "GSM8K" -- name, alias or id of the entity, in any case
// parameter: edge str = null -- only edges of this type, such as EVALUATES, in any case
// parameter: other str = null -- only edges to or from this node: its name, id or a part of its title, in any case
// column: source -- name or title of the node where the edge starts
// column: edge -- type of the edge
// column: target -- name or title of the node where it ends
// column: confidence -- of the extraction, in [0, 1]
// column: sentence -- the evidence; for VARIANT_OF the rule that read the name
MATCH (x:Entity)
WHERE toLower($name) IN [x.id, toLower(x.name)] + [alias IN coalesce(x.aliases, []) | toLower(alias)]
MATCH (x)-[e]-(y)
WHERE ($edge IS NULL OR toLower($edge) = toLower(type(e)))
  AND ($other IS NULL OR toLower($other) IN [y.id, toLower(y.name)] OR toLower(y.title) CONTAINS toLower($other))
WITH DISTINCT e, startNode(e) AS a, endNode(e) AS b
RETURN coalesce(a.name, a.title, a.value_as_written, a.kind) AS source, type(e) AS edge,
  coalesce(b.name, b.title, b.value_as_written, b.kind) AS target,
  e.confidence AS confidence, coalesce(e.evidence, e.rule) AS sentence
ORDER BY type(e), a.id, b.id, e.id
