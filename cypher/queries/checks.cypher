// question: Which results cannot be, or do not fit together?
// parameter: check str = null -- range, unit, arithmetic or conflict; null takes all
// column: check -- range, unit, arithmetic or conflict
// column: reason -- what is wrong
// column: value -- as in the text
// column: kind -- absolute, delta, relative or factor
// column: subject -- what the claim is about
// column: metric -- what was measured
// column: dataset -- where it was measured
// column: paper -- title
// column: published -- as precise as known
// column: result -- id
// column: sentence -- where the paper says so
MATCH (p:Paper)-[:REPORTS]->(r:Result)
WHERE size(coalesce(r.checks, [])) > 0
OPTIONAL MATCH (r)-[:ABOUT]->(s)
OPTIONAL MATCH (r)-[:BY_METRIC]->(m:Metric)
OPTIONAL MATCH (r)-[:ON_DATASET]->(d:Dataset)
UNWIND r.checks AS finding
WITH p, r, s, m, d, split(finding, ': ')[0] AS name, finding
WHERE $check IS NULL OR name = $check
RETURN name AS check, substring(finding, size(name) + 2) AS reason, r.value_as_written AS value, r.kind AS kind,
  s.name AS subject, coalesce(m.name, r.metric_as_written) AS metric, d.name AS dataset, p.title AS paper, p.published AS published,
  r.id AS result, r.evidence AS sentence
ORDER BY name, p.id, r.start, reason, r.id
