// question: Where do claims give one thing several values?
// parameter: papers int = 1 -- only values that come from at least so many papers; 2 leaves out those of one paper
// column: subject -- what the claims are about
// column: metric -- what was measured
// column: dataset -- where it was measured
// column: unit -- of the values: %, points or as written
// column: lowest -- of the values
// column: highest -- of the values
// column: values -- number of different values
// column: papers -- number of papers that state them
// column: claims -- value as written, title and sentence of each, the lowest first
MATCH (p:Paper)-[:REPORTS]->(r:Result)-[:ON_DATASET]->(d:Dataset)
WHERE r.kind = 'absolute' AND r.value IS NOT NULL
MATCH (r)-[:BY_METRIC]->(m:Metric)
MATCH (r)-[:ABOUT]->(s:Entity)
WITH DISTINCT s, m, d, p, r
ORDER BY r.value, p.id, r.start, r.id
WITH s, m, d, coalesce(r.unit, '') AS unit, min(r.value) AS lowest, max(r.value) AS highest,
  count(DISTINCT r.value) AS values, count(DISTINCT p) AS papers,
  collect({value: r.value_as_written, paper: p.title, sentence: r.evidence}) AS claims
WHERE values > 1 AND papers >= $papers
RETURN s.name AS subject, m.name AS metric, d.name AS dataset, CASE unit WHEN '' THEN null ELSE unit END AS unit, lowest,
  highest, values, papers, claims
ORDER BY papers DESC, values DESC, unit, d.id, m.id, s.id
