// question: Which papers are most like a given one, by the entities that they share?
// parameter: paper str = "BERT" -- id or a part of the title, in any case
// parameter: limit int = 20 -- how many pairs
// column: paper -- title of the given paper
// column: other -- title of the other paper
// column: shared -- number of entities with which both do something; what is only mentioned does not count
// column: likeness -- that number divided by the number of entities of either (Jaccard), in [0, 1]
// column: names -- of the shared entities, sorted
// column: published -- of the other paper, as precise as known
// column: id -- of the other paper
MATCH (p:Paper)
WHERE p.id = $paper OR toLower(p.title) CONTAINS toLower($paper)
MATCH (p)-[one]->(e:Entity)<-[two]-(q:Paper)
WHERE q.id <> p.id AND type(one) <> 'MENTIONS' AND type(two) <> 'MENTIONS'
WITH DISTINCT p, q, e
ORDER BY p.id, q.id, e.name, e.id
WITH p, q, count(e) AS shared, collect(e.name) AS names
MATCH (p)-[mine]->(a:Entity)
WHERE type(mine) <> 'MENTIONS'
WITH p, q, shared, names, count(DISTINCT a) AS own
MATCH (q)-[theirs]->(b:Entity)
WHERE type(theirs) <> 'MENTIONS'
WITH p, q, shared, names, own, count(DISTINCT b) AS other
WITH p, q, shared, names, toFloat(shared) / (own + other - shared) AS likeness
RETURN p.title AS paper, q.title AS other, shared, likeness, names, q.published AS published, q.id AS id
ORDER BY likeness DESC, shared DESC, p.id, q.id
LIMIT $limit
