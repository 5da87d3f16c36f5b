"""Tests of kg.pages, and what they share: papers, layouts and samples."""
