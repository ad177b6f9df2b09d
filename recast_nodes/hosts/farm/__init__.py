"""Shots on farms: Open Job Description bundles, OpenCue jobs and Ray clusters.

parameters   knobs as job parameters
openjd       a shot as a job bundle of Open Job Description
opencue      a shot as a job of OpenCue
cluster      `recast render --cluster ray`: a shot spread over a Ray cluster
ray_cluster  the connection to Ray, or a cluster of this machine alone
crew         the renderers on that cluster: one actor for each GPU, or for each set of cores
shares       which renderer makes which frames, and what happens where one is lost
renderer     one warm renderer: a shot, its models, and shares of frames
"""
