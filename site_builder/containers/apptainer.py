"""An Apptainer definition of the same two stages, for machines where users are not root."""

from __future__ import annotations

from site_builder.containers.model import WORKSPACE, Image, install_commands

TEMPLATE = """\
# The environment `{environment}` of the lock file, and nothing else. Build it in the folder of {manifest}:
#   apptainer build {environment}.sif {name}
Bootstrap: docker
From: {pixi_image}
Stage: install

%files
{files}

%post
    set -eu
    cd {workspace}
{install}

Bootstrap: docker
From: {base_image}
Stage: final

%files from install
    {prefix} {prefix}
    {workspace}/activate.sh {workspace}/activate.sh
    {workspace}/entrypoint.sh {workspace}/entrypoint.sh
{scripts}
%environment
    . {workspace}/activate.sh

%runscript
    exec {workspace}/entrypoint.sh "${{@:-python}}"

%test
    . {workspace}/activate.sh
    test "$(command -v python)" = {prefix}/bin/python

%labels
{labels}

%help
    {help}
"""


def definition(image: Image, name: str = "apptainer.def") -> str:
    """Return the text of a definition file that is built in the folder of the manifest, from where ``name`` is the file's path."""
    use = f"apptainer run {'--nv ' if image.cuda else ''}{image.environment}.sif python SCRIPT"
    driver = f" The machine's NVIDIA driver must serve CUDA {image.cuda}." if image.cuda else ""
    return TEMPLATE.format(
        environment=image.environment,
        manifest=image.files[0],
        name=name,
        pixi_image=image.pixi_image,
        base_image=image.base_image,
        workspace=WORKSPACE,
        prefix=image.prefix,
        files="\n".join(f"    {file} {WORKSPACE}/{file}" for file in image.files),
        scripts="".join(f"    {WORKSPACE}/{file} {WORKSPACE}/{file}\n" for file in image.scripts),
        install="\n".join(f"    {command}" for command in install_commands(image)),
        labels="\n".join(f"    {key} {value}" for key, value in image.all_labels),
        help=f"{use}.{driver}",
    )
