"""Tests of kg/stores, against a real Neo4j server and the embedded database."""
