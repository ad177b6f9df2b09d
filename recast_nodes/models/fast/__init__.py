"""The networks in their fast form: the same function of the same tensors, by less arithmetic.

`prepare` makes one of a plain network. Every trick is an operation in a file of its own, beside the plain form that its
tests compare it with; the networks read like those in `models.networks`.
"""
