// question: Which results are claimed on a dataset, and which is the best?
// parameter: dataset Dataset = "GSM8K" -- name, alias or id of the dataset, in any case
// parameter: metric Metric = null -- name, alias or id of a metric, or what was measured as written; null takes all
// parameter: task Task|Method = null -- name, alias or id of a task that the result names or, where it names none, its paper addresses
// parameter: as_of date = null -- only papers published by this date (2024, 2024-09 or 2024-09-02); undated ones are left out
// column: part -- values (absolute), then changes (delta, relative, factor), then comparisons (without a number)
// column: value -- the number
// column: unit -- of the value: %, x, points or as written
// column: written -- value and unit as in the text
// column: kind -- absolute, delta, relative, factor or qualitative
// column: direction -- better, worse, comparable or sota, for the subject
// column: subject -- what the claim is about
// column: metric -- what was measured; of one metric and kind, changes for the better stand before those for the worse, and in each unit the best value first
// column: baseline -- what the subject is compared with
// column: hedges -- words that bound, doubt or deny the claim
// column: checks -- what is wrong with it: out of range, unit, arithmetic, conflict with another paper
// column: paper -- title
// column: published -- as precise as known
// column: sentence -- where the paper says so
MATCH (d:Dataset)
WHERE toLower($dataset) IN [d.id, toLower(d.name)] + [alias IN coalesce(d.aliases, []) | toLower(alias)]
MATCH (p:Paper)-[:REPORTS]->(r:Result)-[:ON_DATASET]->(d)
WHERE $as_of IS NULL OR p.published <= $as_of OR p.published STARTS WITH $as_of
OPTIONAL MATCH (r)-[:ABOUT]->(s)
OPTIONAL MATCH (r)-[:BY_METRIC]->(m:Metric)
OPTIONAL MATCH (r)-[:AGAINST]->(b)
OPTIONAL MATCH (r)-[:ON_TASK]->(t)
OPTIONAL MATCH (p)-[:ADDRESSES]->(a)
WITH p, r, s, m, b, t, collect(a) AS addressed
WITH p, r, s, m, b, CASE WHEN t IS NULL THEN addressed ELSE [t] END AS tasks
WHERE ($metric IS NULL
    OR toLower($metric) IN [m.id, toLower(m.name), toLower(r.metric_as_written)] +
      [alias IN coalesce(m.aliases, []) | toLower(alias)])
  AND ($task IS NULL OR any(x IN tasks WHERE
    toLower($task) IN [x.id, toLower(x.name)] + [alias IN coalesce(x.aliases, []) | toLower(alias)]))
WITH p, r, s, m, b,
  CASE r.kind WHEN 'absolute' THEN 0 WHEN 'qualitative' THEN 2 ELSE 1 END AS place,
  CASE
    WHEN r.kind = 'absolute' THEN 1
    WHEN r.direction IN ['sota', 'better'] THEN 0
    WHEN r.direction = 'worse' THEN 2
    ELSE 1
  END AS standing,
  CASE WHEN r.kind = 'factor' AND r.value > 0 AND r.value < 1 THEN 1 / r.value ELSE abs(r.value) END AS change
WITH p, r, s, m, b, place, standing,
  CASE
    WHEN standing = 0 THEN -change
    WHEN standing = 2 THEN change
    WHEN m.higher_is_better = false THEN r.value
    ELSE -r.value
  END AS rank
RETURN ['values', 'changes', 'comparisons'][place] AS part, r.value AS value, r.unit AS unit,
  r.value_as_written AS written, r.kind AS kind, r.direction AS direction, s.name AS subject,
  coalesce(m.name, r.metric_as_written) AS metric,
  coalesce(b.name, r.baseline_as_written) AS baseline, r.hedges AS hedges, r.checks AS checks, p.title AS paper,
  p.published AS published, r.evidence AS sentence
ORDER BY place, CASE WHEN metric IS NULL THEN 1 ELSE 0 END, metric, m.id, r.kind, standing,
  CASE WHEN r.unit IS NULL THEN 1 ELSE 0 END, r.unit,
  CASE WHEN r.value IS NULL THEN 1 ELSE 0 END, rank, p.id, r.id, s.id, b.id
