// question: By which metrics do papers about a task measure?
// parameter: task Task|Method = "reasoning" -- name, alias or id of the task, in any case
// column: metric -- name
// column: higher_is_better -- null where it depends or is unknown
// column: papers -- number of papers that address the task and measure by the metric
// column: results -- number of results that those papers claim by it
// column: first -- date of the earliest of the papers
// column: last -- date of the latest of the papers
// column: titles -- of the papers, sorted
MATCH (t:Entity)
WHERE (t:Task OR t:Method)
  AND toLower($task) IN [t.id, toLower(t.name)] + [alias IN coalesce(t.aliases, []) | toLower(alias)]
MATCH (t)<-[:ADDRESSES]-(p:Paper)-[:MEASURES]->(m:Metric)
WITH DISTINCT m, p
OPTIONAL MATCH (p)-[:REPORTS]->(r:Result)-[:BY_METRIC]->(m)
WITH m, p, count(DISTINCT r) AS results
ORDER BY p.title, p.id
WITH m, count(p) AS papers, sum(results) AS results, min(p.published) AS first, max(p.published) AS last,
  collect(p.title) AS titles
RETURN m.name AS metric, m.higher_is_better AS higher_is_better, papers, results, first, last, titles
ORDER BY papers DESC, results DESC, m.id
