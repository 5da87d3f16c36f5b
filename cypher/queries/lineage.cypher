// question: Which models belong to the family of a model, and what is each a variant of?
// parameter: name Model|Method = "BERT" -- name, alias or id of one of the family, in any case
// column: level -- 0 for the root of the family, 1 for its variants, 2 for their variants
// column: name -- of the model; each stands below what it is a variant of
// column: of -- name of what it is a variant of
// column: rule -- the rule that read this from the names
// column: papers -- number of papers that do something with it, or name it
// column: first -- date of the earliest of them
// column: introduced -- title of a paper that introduces it, the earliest one
// column: id -- the same in every store and export
MATCH (x:Entity)
WHERE (x:Method OR x:Model)
  AND toLower($name) IN [x.id, toLower(x.name)] + [alias IN coalesce(x.aliases, []) | toLower(alias)]
MATCH (x)-[:VARIANT_OF*0..12]->(root:Entity)
WHERE NOT EXISTS { MATCH (root)-[:VARIANT_OF]->(:Entity) }
WITH DISTINCT root
MATCH path = (m:Entity)-[:VARIANT_OF*0..12]->(root)
WITH m, nodes(path) AS chain, relationships(path) AS edges
WITH m, chain, edges, reduce(key = '', node IN chain | node.id + ' ' + key) AS place
OPTIONAL MATCH (p:Paper)-->(m)
WITH m, chain, edges, place, count(DISTINCT p) AS papers, min(p.published) AS first
OPTIONAL MATCH (i:Paper)-[:INTRODUCES]->(m)
WITH m, chain, edges, place, papers, first, i
ORDER BY CASE WHEN i.published IS NULL THEN 1 ELSE 0 END, i.published, i.id
WITH m, chain, edges, place, papers, first, collect(i.title) AS titles
RETURN size(edges) AS level, m.name AS name, chain[1].name AS of, edges[0].rule AS rule, papers, first,
  titles[0] AS introduced, m.id AS id
ORDER BY place, m.id
