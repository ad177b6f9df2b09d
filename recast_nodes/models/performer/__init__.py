"""A model of one performer: own frames of the actor, and what was learned of which of them fits.

file    the safetensors file: own frames, what was learned, and its card
finish  a decoded face finished by it
"""
