// question: On which datasets do papers about a task evaluate?
// parameter: task Task|Method = "reasoning" -- name, alias or id of the task, in any case
// column: dataset -- name
// column: papers -- number of papers that address the task and evaluate on the dataset
// column: first -- date of the earliest of them
// column: last -- date of the latest of them
// column: titles -- of those papers, sorted
MATCH (t:Entity)
WHERE (t:Task OR t:Method)
  AND toLower($task) IN [t.id, toLower(t.name)] + [alias IN coalesce(t.aliases, []) | toLower(alias)]
MATCH (t)<-[:ADDRESSES]-(p:Paper)-[:EVALUATES]->(d:Dataset)
WITH DISTINCT d, p
ORDER BY p.title, p.id
WITH d, count(p) AS papers, min(p.published) AS first, max(p.published) AS last, collect(p.title) AS titles
RETURN d.name AS dataset, papers, first, last, titles
ORDER BY papers DESC, d.id
