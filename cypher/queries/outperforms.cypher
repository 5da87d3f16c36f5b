// question: Who outperforms whom, and in which sentence is that claimed?
// parameter: name Method|Model = null -- name, alias or id of the winner or the loser, in any case; null takes all
// column: winner -- name
// column: loser -- name
// column: papers -- number of papers that claim it
// column: value -- the number of this claim
// column: unit -- of the value: %, x, points or as written
// column: kind -- delta, relative, factor, absolute or qualitative
// column: metric -- what was measured
// column: dataset -- where it was measured
// column: paper -- title
// column: published -- as precise as known
// column: sentence -- where the paper says so
MATCH (w:Entity)-[o:OUTPERFORMS]->(l:Entity)
WHERE $name IS NULL OR toLower($name) IN [w.id, toLower(w.name), l.id, toLower(l.name)]
  + [alias IN coalesce(w.aliases, []) + coalesce(l.aliases, []) | toLower(alias)]
UNWIND o.results AS id
MATCH (r:Result {id: id})
MATCH (p:Paper)-[:REPORTS]->(r)
OPTIONAL MATCH (r)-[:BY_METRIC]->(m:Metric)
OPTIONAL MATCH (r)-[:ON_DATASET]->(d:Dataset)
RETURN w.name AS winner, l.name AS loser, o.papers AS papers, r.value AS value, r.unit AS unit,
  r.kind AS kind, m.name AS metric, d.name AS dataset, p.title AS paper, p.published AS published,
  r.evidence AS sentence
ORDER BY o.papers DESC, w.id, l.id, p.id, r.id, m.id, d.id
