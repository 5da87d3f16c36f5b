"""The parts of ``scripts/training/entities.py``."""
