// question: Which methods and models are tried in the same papers as a given one?
// parameter: name Method|Model = "BERT" -- name, alias or id of a method or model, in any case
// column: name -- of the other method or model
// column: type -- Method or Model
// column: papers -- number of papers that try both
// column: titles -- of those papers, sorted
MATCH (x:Entity)
WHERE (x:Method OR x:Model)
  AND toLower($name) IN [x.id, toLower(x.name)] + [alias IN coalesce(x.aliases, []) | toLower(alias)]
MATCH (x)<-[:INTRODUCES|EVALUATES|COMPARES_WITH]-(p:Paper)
MATCH (p)-[:INTRODUCES|EVALUATES|COMPARES_WITH]->(y:Entity)
WHERE (y:Method OR y:Model) AND y.id <> x.id
WITH DISTINCT y, p
ORDER BY p.title, p.id
WITH y, count(p) AS papers, collect(p.title) AS titles
RETURN y.name AS name, CASE WHEN y:Model THEN 'Model' ELSE 'Method' END AS type, papers, titles
ORDER BY papers DESC, y.id
