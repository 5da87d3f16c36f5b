// question: Which entities stand alone: one paper mentions them in passing, and nothing else speaks of them?
// parameter: type label = null -- Task, Method, Model, Dataset or Metric, in any case; null takes all
// parameter: limit int = 50 -- how many entities
// column: type -- Task, Method, Model, Dataset or Metric
// column: name -- of the entity
// column: confidence -- that it is one, in [0, 1]
// column: paper -- title
// column: published -- as precise as known
// column: id -- the same in every store and export
// column: sentence -- where the paper says so
MATCH (p:Paper)-[m:MENTIONS]->(e:Entity)
WHERE ($type IS NULL OR $type IN labels(e))
  AND NOT EXISTS { MATCH (e)-->(:Entity) }
  AND NOT EXISTS { MATCH (e)<-[other]-(q) WHERE q.id <> p.id OR type(other) <> 'MENTIONS' }
RETURN [label IN labels(e) WHERE label <> 'Entity'][0] AS type, e.name AS name, m.confidence AS confidence, p.title AS paper,
  p.published AS published, e.id AS id, m.evidence AS sentence
ORDER BY confidence, e.id
LIMIT $limit
