// question: What does a paper claim?
// parameter: paper str = "BERT" -- id or a part of the title, in any case
// column: paper -- title
// column: published -- as precise as known
// column: kind -- absolute, delta, relative, factor or qualitative
// column: value -- the number
// column: unit -- of the value: %, x, points or as written
// column: direction -- better, worse, comparable or sota, for the subject
// column: subject -- what the claim is about
// column: metric -- what was measured
// column: dataset -- where it was measured
// column: task -- for which task
// column: baseline -- what the subject is compared with
// column: sentence -- where the paper says so
MATCH (p:Paper)
WHERE p.id = $paper OR toLower(p.title) CONTAINS toLower($paper)
MATCH (p)-[:REPORTS]->(r:Result)
OPTIONAL MATCH (r)-[:ABOUT]->(s)
OPTIONAL MATCH (r)-[:BY_METRIC]->(m:Metric)
OPTIONAL MATCH (r)-[:ON_DATASET]->(d:Dataset)
OPTIONAL MATCH (r)-[:ON_TASK]->(t)
OPTIONAL MATCH (r)-[:AGAINST]->(b)
RETURN p.title AS paper, p.published AS published, r.kind AS kind, r.value AS value, r.unit AS unit,
  r.direction AS direction, s.name AS subject, coalesce(m.name, r.metric_as_written) AS metric, d.name AS dataset, t.name AS task,
  coalesce(b.name, r.baseline_as_written) AS baseline, r.evidence AS sentence
ORDER BY p.id, r.start, r.id, s.id, m.id, d.id, t.id, b.id
