-- What the embedded store (ArcadeDB) needs beside schema.cypher, in its own syntax: types, which come
-- first, so that an entity type extends Entity, the engine's way to a second label; and indexes for full
-- text, which its Cypher cannot make but can search, see neo4j.cypher. Generated as schema.cypher is.

-- each plain label: CREATE VERTEX TYPE <label>;
CREATE VERTEX TYPE Entity;
CREATE VERTEX TYPE Paper;
CREATE VERTEX TYPE Result;
-- each entity label: CREATE VERTEX TYPE <label> EXTENDS Entity;
CREATE VERTEX TYPE Task EXTENDS Entity;
CREATE VERTEX TYPE Method EXTENDS Entity;
CREATE VERTEX TYPE Model EXTENDS Entity;
CREATE VERTEX TYPE Dataset EXTENDS Entity;
CREATE VERTEX TYPE Metric EXTENDS Entity;
-- each edge type: CREATE EDGE TYPE <type>;
CREATE EDGE TYPE INTRODUCES;
CREATE EDGE TYPE USES;
CREATE EDGE TYPE EVALUATES;
CREATE EDGE TYPE COMPARES_WITH;
CREATE EDGE TYPE ADDRESSES;
CREATE EDGE TYPE MEASURES;
CREATE EDGE TYPE MENTIONS;
CREATE EDGE TYPE REPORTS;
CREATE EDGE TYPE ABOUT;
CREATE EDGE TYPE BY_METRIC;
CREATE EDGE TYPE ON_DATASET;
CREATE EDGE TYPE ON_TASK;
CREATE EDGE TYPE AGAINST;
CREATE EDGE TYPE VARIANT_OF;
CREATE EDGE TYPE OUTPERFORMS;

-- each text: CREATE PROPERTY <label>.<property> STRING; CREATE INDEX kg_<name>_<property> ON <label> (<property>) FULL_TEXT;
CREATE PROPERTY Paper.title STRING; CREATE INDEX kg_paper_title ON Paper (title) FULL_TEXT;
CREATE PROPERTY Paper.abstract STRING; CREATE INDEX kg_paper_abstract ON Paper (abstract) FULL_TEXT;
CREATE PROPERTY Entity.name STRING; CREATE INDEX kg_entity_name ON Entity (name) FULL_TEXT;
CREATE PROPERTY Result.evidence STRING; CREATE INDEX kg_result_evidence ON Result (evidence) FULL_TEXT;
-- each list of texts: CREATE PROPERTY <label>.<property> LIST OF STRING; CREATE INDEX kg_<name>_<property> ON <label> (<property> BY ITEM) FULL_TEXT;
CREATE PROPERTY Entity.aliases LIST OF STRING; CREATE INDEX kg_entity_aliases ON Entity (aliases BY ITEM) FULL_TEXT;
