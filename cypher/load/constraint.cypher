// Template of one line of schema.cypher.
CREATE CONSTRAINT <name> IF NOT EXISTS FOR (node:<label>) REQUIRE node.id IS UNIQUE;
