// question: Which entities do papers name for the first time since a date?
// parameter: since date = "2024" -- a date: 2024, 2024-09 or 2024-09-02
// parameter: type label = null -- Task, Method, Model, Dataset or Metric, in any case; null takes all
// parameter: papers int = 2 -- only entities of at least so many dated papers
// parameter: limit int = 20 -- how many entities
// column: type -- Task, Method, Model, Dataset or Metric
// column: name -- of the entity
// column: first -- date of the earliest paper
// column: papers -- number of papers with a date that do something with it, or name it
// column: undated -- number of papers without a date, which may be older
// column: paper -- title of the earliest paper
// column: id -- the same in every store and export
MATCH (p:Paper)-->(e:Entity)
WHERE $type IS NULL OR $type IN labels(e)
WITH DISTINCT e, p
ORDER BY p.published, p.id
WITH e, [q IN collect(p) WHERE q.published IS NOT NULL | q] AS dated, count(p) AS all
WHERE size(dated) >= $papers AND dated[0].published >= $since
RETURN [label IN labels(e) WHERE label <> 'Entity'][0] AS type, e.name AS name, dated[0].published AS first,
  size(dated) AS papers, all - size(dated) AS undated, dated[0].title AS paper, e.id AS id
ORDER BY size(dated) DESC, dated[0].published, e.id
LIMIT $limit
