// question: How did the best claimed value on a dataset grow over time?
// parameter: dataset Dataset = "MMLU" -- name, alias or id of the dataset, in any case
// parameter: metric Metric = null -- name, alias or id of a metric; null takes all
// column: metric -- what was measured
// column: unit -- of the value: %, points or as written
// column: published -- date of the paper; those without a date are left out
// column: value -- better than that of every earlier paper; higher is taken as better where that is unknown
// column: written -- value and unit as in the text
// column: subject -- what reached it
// column: hedges -- words that bound, doubt or deny the claim
// column: paper -- title
// column: sentence -- where the paper says so
MATCH (d:Dataset)
WHERE toLower($dataset) IN [d.id, toLower(d.name)] + [alias IN coalesce(d.aliases, []) | toLower(alias)]
MATCH (p:Paper)-[:REPORTS]->(r:Result)-[:ON_DATASET]->(d)
WHERE r.kind = 'absolute' AND r.value IS NOT NULL AND p.published IS NOT NULL
MATCH (r)-[:BY_METRIC]->(m:Metric)
WHERE $metric IS NULL
  OR toLower($metric) IN [m.id, toLower(m.name)] + [alias IN coalesce(m.aliases, []) | toLower(alias)]
WITH DISTINCT p, r, m, coalesce(r.unit, '') AS unit,
  CASE WHEN m.higher_is_better = false THEN -r.value ELSE r.value END AS score
ORDER BY p.published, score DESC, p.id, r.id
WITH m, unit, collect({paper: p, result: r, score: score}) AS claims
UNWIND range(0, size(claims) - 1) AS i
WITH m, unit, claims, i, claims[i].paper AS p, claims[i].result AS r, claims[i].score AS score
WHERE i = 0 OR all(earlier IN claims[0..i] WHERE earlier.score < score)
OPTIONAL MATCH (r)-[:ABOUT]->(s)
RETURN m.name AS metric, CASE unit WHEN '' THEN null ELSE unit END AS unit, p.published AS published, r.value AS value,
  r.value_as_written AS written, s.name AS subject, r.hedges AS hedges, p.title AS paper, r.evidence AS sentence
ORDER BY m.name, m.id, unit, i, s.id
