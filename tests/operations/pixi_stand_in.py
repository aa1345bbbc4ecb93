#!/usr/bin/python3
"""What stands in for Pixi inside test images, which have no network: it installs a locked environment with py-rattler from a mirror.

It knows the two commands that an image's build uses. /opt/rattler has py-rattler, MIRROR is the address of the channel's copy.
"""

import argparse
import asyncio
import os
import pathlib
import sys

sys.path.insert(0, "/opt/rattler")


def main() -> None:
    """Install, or print the lines that activate."""
    parser = argparse.ArgumentParser(prog="pixi")
    commands = parser.add_subparsers(dest="command", required=True)
    for name in ("install", "shell-hook"):
        command = commands.add_parser(name)
        command.add_argument("--environment", default="default")
        command.add_argument("--locked" if name == "install" else "--as-is", action="store_true", required=True)
    commands.choices["shell-hook"].add_argument("--shell", choices=["bash"], required=True)
    asked = parser.parse_args()
    prefix = pathlib.Path.cwd() / ".pixi/envs" / asked.environment
    if asked.command == "install":
        asyncio.run(install(asked.environment, prefix))
        os._exit(0)  # py-rattler's threads would keep it waiting
    print(f'export PATH="{prefix}/bin:$PATH"\nexport CONDA_PREFIX="{prefix}"\nexport PIXI_ENVIRONMENT_NAME="{asked.environment}"')
    print(f'export LD_LIBRARY_PATH="{prefix}/lib"')  # the interpreter of the tests' channel looks in its own system's folders
    for script in sorted((prefix / "etc/conda/activate.d").glob("*.sh")):
        print(f'. "{script}"')


async def install(environment: str, prefix: pathlib.Path) -> None:
    """Install what the lock in this folder has for the environment."""
    from rattler import Client, LockFile
    from rattler import install as install_records
    from rattler.networking import MirrorMiddleware

    if not pathlib.Path("pixi.toml").exists():
        sys.exit("could not find pixi.toml")
    found = LockFile.from_path("pixi.lock").environment(environment)
    if found is None:
        sys.exit(f"unknown environment '{environment}'")
    platform = next(each for each in found.platforms() if str(getattr(each, "subdir", each.name)) == "linux-64")
    records = found.conda_repodata_records_for_platform(platform)
    client = Client([MirrorMiddleware({"https://conda.anaconda.org/conda-forge/": [os.environ["MIRROR"]]})])
    await install_records(records, prefix, show_progress=False, client=client)
    print(f"{len(records)} packages of {environment}", file=sys.stderr, flush=True)


main()
