"""The one list of what a lesson's results and pages depend on, each with its digest.

| kind | what | used by |
| --- | --- | --- |
| options | the command's options, variables of the environment, the day | a build, to see whether there is anything to do |
| builder | the builder's own files and theme, the interpreter and its packages | the same |
| history | Git's present commit: pages show when their source was changed | the same |
| lesson | every file in the lesson's folder that a build can read | the same; ``--watch`` |
| further | files anywhere that an episode depends on: inputs, observed inputs, scripts | the same; ``--watch`` |
| records | the local records and what is installed | the same |
| results | of these, what can change a result: cells, data, code, lock file, manifest | the fork server that is started ahead |

Keys of records (`site_builder.plan.keys`) consist of digests of one episode: cells, inputs, needs, packages, and what activation adds.
"""
