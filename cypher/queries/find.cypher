// question: Which names does the graph know that contain this text?
// parameter: text str = "GSM8K" -- part of a name or an alias, in any case
// parameter: limit int = 20 -- how many entities
// column: type -- Task, Method, Model, Dataset or Metric
// column: name -- name of the entity
// column: papers -- number of papers that do something with it
// column: aliases -- other spellings
// column: id -- the same in every store and export
MATCH (e:Entity)
WHERE toLower(e.name) CONTAINS toLower($text)
  OR any(alias IN coalesce(e.aliases, []) WHERE toLower(alias) CONTAINS toLower($text))
OPTIONAL MATCH (p:Paper)-->(e)
WITH e, count(DISTINCT p) AS papers
RETURN [label IN labels(e) WHERE label <> 'Entity'][0] AS type, e.name AS name, papers, e.aliases AS aliases,
  e.id AS id
ORDER BY papers DESC, e.id
LIMIT $limit
