"""A Dockerfile: one stage installs with Pixi, the other contains only the environment."""

from __future__ import annotations

import json

from site_builder.containers.model import WORKSPACE, Image, install_commands

TEMPLATE = """\
# The environment `{environment}` of the lock file, and nothing else. Build it in the folder of {manifest}:
#   docker build --file {name} --tag {tag} .
#   buildah build --ignorefile {name}.dockerignore --file {name} --tag {tag} .
FROM {pixi_image} AS install
WORKDIR {workspace}
COPY {files}
RUN {install}

FROM {base_image}
LABEL {labels}
{gpu}RUN useradd --create-home --uid 1000 learner
COPY --from=install {prefix} {prefix}
COPY --from=install {workspace}/activate.sh {workspace}/entrypoint.sh {workspace}/
{scripts}USER 1000:1000
WORKDIR /home/learner
ENTRYPOINT ["{workspace}/entrypoint.sh"]
CMD ["python"]
"""

GPU = """\
# The driver is the machine's: `docker run --gpus all`. The NVIDIA runtime refuses one that is too old.
ENV NVIDIA_VISIBLE_DEVICES=all \\
    NVIDIA_DRIVER_CAPABILITIES=compute,utility \\
    NVIDIA_REQUIRE_CUDA="cuda>={cuda}"
"""


def dockerfile(image: Image, name: str = "Dockerfile") -> str:
    """Return the text of a Dockerfile that is built in the folder of the manifest, from where ``name`` is the file's path."""
    return TEMPLATE.format(
        environment=image.environment,
        manifest=image.files[0],
        name=name,
        tag=f"lesson-{image.environment}",
        pixi_image=image.pixi_image,
        base_image=image.base_image,
        workspace=WORKSPACE,
        prefix=image.prefix,
        files=_copy(image.files),
        install=" && \\\n    ".join(install_commands(image)),
        labels=" \\\n      ".join(f"{key}={json.dumps(value, ensure_ascii=False)}" for key, value in image.all_labels),
        scripts="".join(f"COPY --from=install {WORKSPACE}/{file} {WORKSPACE}/{file}\n" for file in image.scripts),
        gpu=GPU.format(cuda=image.cuda if "." in image.cuda else f"{image.cuda}.0") if image.cuda else "",
    )


def _copy(files: tuple[str, ...]) -> str:
    """The manifest and the lock go to the workspace; scripts keep their folders, which ``COPY`` flattens, and get a line each."""
    plain = [file for file in files if "/" not in file]
    lines = [" ".join([*plain, "./"]), *(f"{file} {file}" for file in files if "/" in file)]
    return "\nCOPY ".join(lines)


def dockerignore(image: Image) -> str:
    """Return the ignore file of the build's context: everything but the files that are copied."""
    return "\n".join(["**", *(f"!{file}" for file in image.files), ""])
