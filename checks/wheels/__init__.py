"""Finished wheels, whoever made them: compared with each other, and tested on the machine that they are for.

Modules: `facts` (what a wheel holds, as values), `compare` (two wheels of a platform, or all), `numerical` (wheels
installed and tested here).
"""
