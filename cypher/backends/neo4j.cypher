// What a Neo4j server needs beside schema.cypher, in its own syntax: indexes for full text, and to wait
// until they have taken in what was there before. Generated as schema.cypher is.
//
// Names and calls are the same in both stores, so a query that runs on both can search:
//     CALL db.index.fulltext.queryNodes('kg_entity_name', $text) YIELD node, score
// The text is a query of Lucene. Scores differ between the stores; order by something else.

// each text: CREATE FULLTEXT INDEX kg_<name>_<property> IF NOT EXISTS FOR (node:<label>) ON EACH [node.<property>];
CREATE FULLTEXT INDEX kg_paper_title IF NOT EXISTS FOR (node:Paper) ON EACH [node.title];
CREATE FULLTEXT INDEX kg_paper_abstract IF NOT EXISTS FOR (node:Paper) ON EACH [node.abstract];
CREATE FULLTEXT INDEX kg_entity_name IF NOT EXISTS FOR (node:Entity) ON EACH [node.name];
CREATE FULLTEXT INDEX kg_result_evidence IF NOT EXISTS FOR (node:Result) ON EACH [node.evidence];
// each list of texts: CREATE FULLTEXT INDEX kg_<name>_<property> IF NOT EXISTS FOR (node:<label>) ON EACH [node.<property>];
CREATE FULLTEXT INDEX kg_entity_aliases IF NOT EXISTS FOR (node:Entity) ON EACH [node.aliases];

// each text: CALL db.awaitIndex('kg_<name>_<property>', 3600);
CALL db.awaitIndex('kg_paper_title', 3600);
CALL db.awaitIndex('kg_paper_abstract', 3600);
CALL db.awaitIndex('kg_entity_name', 3600);
CALL db.awaitIndex('kg_result_evidence', 3600);
// each list of texts: CALL db.awaitIndex('kg_<name>_<property>', 3600);
CALL db.awaitIndex('kg_entity_aliases', 3600);
