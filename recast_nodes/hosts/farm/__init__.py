"""Shots on farms: Open Job Description bundles and Ray clusters."""
