// Constraints and indexes of the graph. Generated from kg/schema.py; write it again with
//     python -c 'from kg.stores.cypher import write_schema; write_schema()'
CREATE CONSTRAINT entity_id IF NOT EXISTS FOR (node:Entity) REQUIRE node.id IS UNIQUE;
CREATE CONSTRAINT paper_id IF NOT EXISTS FOR (node:Paper) REQUIRE node.id IS UNIQUE;
CREATE CONSTRAINT task_id IF NOT EXISTS FOR (node:Task) REQUIRE node.id IS UNIQUE;
CREATE CONSTRAINT method_id IF NOT EXISTS FOR (node:Method) REQUIRE node.id IS UNIQUE;
CREATE CONSTRAINT model_id IF NOT EXISTS FOR (node:Model) REQUIRE node.id IS UNIQUE;
CREATE CONSTRAINT dataset_id IF NOT EXISTS FOR (node:Dataset) REQUIRE node.id IS UNIQUE;
CREATE CONSTRAINT metric_id IF NOT EXISTS FOR (node:Metric) REQUIRE node.id IS UNIQUE;
CREATE CONSTRAINT result_id IF NOT EXISTS FOR (node:Result) REQUIRE node.id IS UNIQUE;
CREATE INDEX paper_published IF NOT EXISTS FOR (node:Paper) ON (node.published);
CREATE INDEX result_value IF NOT EXISTS FOR (node:Result) ON (node.value);
