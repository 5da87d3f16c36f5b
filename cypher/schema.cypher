// Constraints and indexes that both stores make. Below each template stand its statements, generated
// from kg/schema.py; write them again with
//     python -c 'from kg.stores.cypher import write_schema; write_schema()'

// each label: CREATE CONSTRAINT kg_<name>_id IF NOT EXISTS FOR (node:<label>) REQUIRE node.id IS UNIQUE;
CREATE CONSTRAINT kg_entity_id IF NOT EXISTS FOR (node:Entity) REQUIRE node.id IS UNIQUE;
CREATE CONSTRAINT kg_paper_id IF NOT EXISTS FOR (node:Paper) REQUIRE node.id IS UNIQUE;
CREATE CONSTRAINT kg_task_id IF NOT EXISTS FOR (node:Task) REQUIRE node.id IS UNIQUE;
CREATE CONSTRAINT kg_method_id IF NOT EXISTS FOR (node:Method) REQUIRE node.id IS UNIQUE;
CREATE CONSTRAINT kg_model_id IF NOT EXISTS FOR (node:Model) REQUIRE node.id IS UNIQUE;
CREATE CONSTRAINT kg_dataset_id IF NOT EXISTS FOR (node:Dataset) REQUIRE node.id IS UNIQUE;
CREATE CONSTRAINT kg_metric_id IF NOT EXISTS FOR (node:Metric) REQUIRE node.id IS UNIQUE;
CREATE CONSTRAINT kg_result_id IF NOT EXISTS FOR (node:Result) REQUIRE node.id IS UNIQUE;

// each date or value: CREATE INDEX kg_<name>_<property> IF NOT EXISTS FOR (node:<label>) ON (node.<property>);
CREATE INDEX kg_paper_published IF NOT EXISTS FOR (node:Paper) ON (node.published);
CREATE INDEX kg_result_value IF NOT EXISTS FOR (node:Result) ON (node.value);
