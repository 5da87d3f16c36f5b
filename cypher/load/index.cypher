// Template of one line of schema.cypher.
CREATE INDEX <name> IF NOT EXISTS FOR (node:<label>) ON (node.<property>);
