// question: Which methods and models are most often claimed to be beaten?
// parameter: limit int = 20 -- how many of them
// column: baseline -- name of the method or model that others outperform
// column: type -- Method or Model
// column: papers -- number of papers that claim it
// column: winners -- number of methods and models that outperform it
// column: names -- of those, sorted
// column: first -- date of the earliest of the papers
// column: last -- date of the latest of the papers
MATCH (w:Entity)-[o:OUTPERFORMS]->(l:Entity)
WITH w, l, o
UNWIND o.results AS id
MATCH (r:Result {id: id})
MATCH (p:Paper)-[:REPORTS]->(r)
WITH l, w, p
ORDER BY w.name, w.id
WITH l, collect(DISTINCT w.name) AS names, count(DISTINCT w) AS winners, count(DISTINCT p) AS papers,
  min(p.published) AS first, max(p.published) AS last
RETURN l.name AS baseline, CASE WHEN l:Model THEN 'Model' ELSE 'Method' END AS type, papers, winners, names,
  first, last
ORDER BY papers DESC, winners DESC, l.id
LIMIT $limit
