// question: Which papers work on a task, the most liked first?
// parameter: task Task|Method = "reasoning" -- name, alias or id of the task, in any case
// parameter: limit int = 20 -- how many papers
// column: upvotes -- on the listing page; papers without any come last
// column: comments -- on the listing page
// column: paper -- title
// column: published -- as precise as known
// column: introduces -- names of what the paper introduces, sorted
// column: results -- number of results that it claims
// column: id -- the same in every store and export
// column: sentence -- where the paper says that it works on the task
MATCH (t:Entity)
WHERE (t:Task OR t:Method)
  AND toLower($task) IN [t.id, toLower(t.name)] + [alias IN coalesce(t.aliases, []) | toLower(alias)]
MATCH (p:Paper)-[a:ADDRESSES]->(t)
WITH p, a
ORDER BY p.id, a.start, a.id
WITH p, collect(a.evidence)[0] AS sentence
OPTIONAL MATCH (p)-[:INTRODUCES]->(e:Entity)
WITH p, sentence, e
ORDER BY p.id, e.name, e.id
WITH p, sentence, collect(e.name) AS introduces
OPTIONAL MATCH (p)-[:REPORTS]->(r:Result)
WITH p, sentence, introduces, count(r) AS results
RETURN p.upvotes AS upvotes, p.comments AS comments, p.title AS paper, p.published AS published, introduces, results,
  p.id AS id, sentence
ORDER BY CASE WHEN p.upvotes IS NULL THEN 1 ELSE 0 END, p.upvotes DESC, p.id
LIMIT $limit
