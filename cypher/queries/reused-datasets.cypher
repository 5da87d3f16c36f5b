// question: Which datasets do most papers take from others, to evaluate on or to use?
// parameter: limit int = 20 -- how many datasets
// column: dataset -- name
// column: papers -- number of papers that evaluate on it or use it and do not introduce it
// column: evaluated -- number of papers that evaluate on it
// column: used -- number of papers that use it, for training for example
// column: first -- date of the earliest of them
// column: last -- date of the latest of them
MATCH (p:Paper)-[e:EVALUATES|USES]->(d:Dataset)
WHERE NOT EXISTS { MATCH (p)-[:INTRODUCES]->(d) }
WITH d, count(DISTINCT p) AS papers,
  sum(CASE type(e) WHEN 'EVALUATES' THEN 1 ELSE 0 END) AS evaluated,
  sum(CASE type(e) WHEN 'USES' THEN 1 ELSE 0 END) AS used,
  min(p.published) AS first, max(p.published) AS last
RETURN d.name AS dataset, papers, evaluated, used, first, last
ORDER BY papers DESC, evaluated DESC, d.id
LIMIT $limit
