// The nodes that the server holds of one graph, with the hash of their content. One query for all labels:
// planning one each takes a server longer than the search. Others may have given a node more of our labels.
MATCH (node:<labels>)
WHERE $graph IN node.kg_graphs
RETURN [label IN labels(node) WHERE label IN $known] AS names, node.id AS id, node.kg_hash AS hash
