// question: Which entities tie most papers together?
// parameter: type label = null -- Task, Method, Model, Dataset or Metric, in any case; null takes all
// parameter: limit int = 20 -- how many entities
// column: type -- Task, Method, Model, Dataset or Metric
// column: name -- of the entity
// column: papers -- number of papers that do something with it, or name it
// column: results -- number of claimed results that it is part of
// column: variants -- number of models that are variants of it
// column: first -- date of the earliest of the papers
// column: last -- date of the latest of the papers
// column: id -- the same in every store and export
MATCH (p:Paper)-->(e:Entity)
WHERE $type IS NULL OR $type IN labels(e)
WITH e, count(DISTINCT p) AS papers, min(p.published) AS first, max(p.published) AS last
ORDER BY papers DESC, e.id
LIMIT $limit
OPTIONAL MATCH (r:Result)-->(e)
WITH e, papers, first, last, count(DISTINCT r) AS results
OPTIONAL MATCH (v:Model)-[:VARIANT_OF]->(e)
WITH e, papers, first, last, results, count(DISTINCT v) AS variants
RETURN [label IN labels(e) WHERE label <> 'Entity'][0] AS type, e.name AS name, papers, results, variants, first, last,
  e.id AS id
ORDER BY papers DESC, e.id
