// All names of the entities of some labels; Entity takes all. A row is {id, name, aliases}.
MATCH (e:Entity)
WHERE any(label IN labels(e) WHERE label IN $labels)
RETURN e.id AS id, e.name AS name, coalesce(e.aliases, []) AS aliases
ORDER BY e.id
