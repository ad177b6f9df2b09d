"""What setup.cfg cannot say: the icons and the hand-written parts of the plugins, which lie beside the package in a
clone, are shipped inside it. `recast_nodes/hosts/resources.py` finds them in either place.
"""

import shutil
from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py

ROOT = Path(__file__).resolve().parent
SHIPPED = (  # the rest of `plugins` is made from the package, where it is wanted
    "icons/*.svg",
    "plugins/nuke/*.py",
    "plugins/nuke/icons/*.png",
    "plugins/blender/recast/__init__.py",
    "plugins/blender/recast/blender_manifest.toml",
    "plugins/blender/recast/icons/*.png",
    "plugins/openfx/*.c",
    "plugins/openfx/*.h",
    "plugins/openfx/CMakeLists.txt",
    "plugins/openfx/Info.plist",
)
BUILT = "plugins/openfx/Recast.ofx.bundle/**/*"  # travels along where it was built


class BuildPackage(build_py):
    """The package with those files in `recast_nodes/_shipped`."""

    def run(self) -> None:
        super().run()
        if self.editable_mode:
            return  # the clone is the installation
        target = Path(self.build_lib) / "recast_nodes" / "_shipped"
        shutil.rmtree(target, ignore_errors=True)  # of an earlier build
        for pattern in (*SHIPPED, BUILT):
            found = sorted(path for path in ROOT.glob(pattern) if path.is_file())
            if not found and pattern != BUILT:
                raise FileNotFoundError(f"{pattern}: there is nothing of this to ship")
            for path in found:
                copy = target / path.relative_to(ROOT)
                copy.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(path, copy)


setup(cmdclass={"build_py": BuildPackage})
