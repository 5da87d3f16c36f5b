// question: When did which paper introduce, use, evaluate or compare with a method or model?
// parameter: name Method|Model = "BERT" -- name, alias or id of the method or model, in any case
// column: published -- as precise as known; papers without a date come last
// column: role -- INTRODUCES, USES, EVALUATES, COMPARES_WITH or MENTIONS
// column: name -- of the method or model
// column: paper -- title
// column: sentence -- where the paper says so
MATCH (x:Entity)
WHERE (x:Method OR x:Model)
  AND toLower($name) IN [x.id, toLower(x.name)] + [alias IN coalesce(x.aliases, []) | toLower(alias)]
MATCH (p:Paper)-[e]->(x)
RETURN p.published AS published, type(e) AS role, x.name AS name, p.title AS paper, e.evidence AS sentence
ORDER BY CASE WHEN p.published IS NULL THEN 1 ELSE 0 END, p.published, p.id, type(e), x.id
