"""The code room handles a function's code: what is here, what is online, and what was deployed last.

source.py finds the code that s.yaml names: a folder, an archive, a build artifact, an object in OSS. comparison.py
tells how it differs from the package online, file by file, with the contents from texts.py. For a plan that merges,
merging.py makes the package; refusals.py says which of its files must not go into the code folder. upload.py sends a
package, inside the request or through OSS, keeping.py saves the code that a baseline refers to, and write_back.py
writes merged files into the folder once they are online. Begin with comparison.py.
"""
