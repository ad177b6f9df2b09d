"""The picture of a report in docs/report.md: the demo's report, as Chromium shows it.

recast report demo/out && python demo/make_report_picture.py [--browser chromium] [--output docs/pictures/report.jpg]
"""

from __future__ import annotations

import argparse
import subprocess
import tempfile
from pathlib import Path

import cv2

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "demo" / "out" / "shot.report.html"
WIDTH, HEIGHT, SHOWN = 1360, 1900, 1000  # pixels: of the page that is taken, and the picture's width


def take(browser: str, page: Path, picture: Path) -> None:
    """A picture of the top of the page, in a browser that keeps nothing."""
    with tempfile.TemporaryDirectory() as profile:
        options = ["--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", f"--user-data-dir={profile}"]
        options += ["--virtual-time-budget=4000", f"--window-size={WIDTH},{HEIGHT}", f"--screenshot={picture}"]
        subprocess.run([browser, *options, page.as_uri()], check=True, capture_output=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--browser", default="chromium")
    parser.add_argument("--output", type=Path, default=ROOT / "docs" / "pictures" / "report.jpg")
    parser.add_argument("--page", type=Path, default=PAGE)
    given = parser.parse_args()
    if not given.page.is_file():
        raise SystemExit(f"There is no {given.page}; run make demo and recast report demo/out first.")
    with tempfile.TemporaryDirectory() as folder:
        picture = Path(folder) / "page.png"
        take(given.browser, given.page.absolute(), picture)
        page = cv2.imread(str(picture))
    small = cv2.resize(page, (SHOWN, round(page.shape[0] * SHOWN / WIDTH)), interpolation=cv2.INTER_AREA)
    cv2.imwrite(str(given.output), small, [cv2.IMWRITE_JPEG_QUALITY, 82])
    print(given.output)


if __name__ == "__main__":
    main()
