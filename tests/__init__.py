"""The tests mirror kg/: one folder a stage, one module a module."""
