// question: Which claimed numbers name no dataset, so that nobody can compare them?
// parameter: paper str = null -- id or a part of the title, in any case; null takes all
// parameter: limit int = 50 -- how many claims
// column: paper -- title
// column: published -- as precise as known
// column: written -- value and unit as in the text
// column: kind -- absolute, delta, relative or factor
// column: subject -- what the claim is about
// column: metric -- what was measured
// column: task -- for which task
// column: result -- id
// column: sentence -- where the paper says so
MATCH (p:Paper)-[:REPORTS]->(r:Result)
WHERE r.kind <> 'qualitative'
  AND ($paper IS NULL OR p.id = $paper OR toLower(p.title) CONTAINS toLower($paper))
  AND NOT EXISTS { MATCH (r)-[:ON_DATASET]->(:Dataset) }
OPTIONAL MATCH (r)-[:ABOUT]->(s)
OPTIONAL MATCH (r)-[:BY_METRIC]->(m:Metric)
OPTIONAL MATCH (r)-[:ON_TASK]->(t)
RETURN p.title AS paper, p.published AS published, r.value_as_written AS written, r.kind AS kind, s.name AS subject,
  coalesce(m.name, r.metric_as_written) AS metric, t.name AS task, r.id AS result, r.evidence AS sentence
ORDER BY p.id, r.start, r.id, s.id, m.id, t.id
LIMIT $limit
