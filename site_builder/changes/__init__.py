"""The one list of what a lesson's results and pages depend on, each with its digest.

| kind | what | used by |
| --- | --- | --- |
| options | the command's options, variables of the environment, the day | a build, to see whether there is anything to do |
| builder | the builder's own files and theme, the interpreter and its packages | the same |
| history | Git's present commit: pages show when their source was changed | the same |
| lesson | every file in the lesson's folder that a build can read | the same; ``--watch`` |
| further | files anywhere that an episode depends on: inputs, the working folder, what was read, scripts | the same; ``--watch`` |
| records | the local records and what is installed | the same |
| results | of these, what can change a result: cells, data, code, lock file, manifest | the fork server that is started ahead |

Keys of records (`site_builder.plan.keys`) consist of digests of one episode: cells, needs, packages, what activation adds, and inputs: the
declared ones, or all of the working folder where reads are not observed. Beside its key, a record is valid only for what its cells were
seen to read (`site_builder.records.model.Provenance.read`).
"""
