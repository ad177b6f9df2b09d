"""The file of the open shot: opening, saving, recent files and autosaves."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, QSettings, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from ....errors import RecastError
from ..widgets import messages
from .document import SUFFIX, Document, find_newer_autosave
from .recovery import Recovery

RECENT = 10
DOCUMENTS = (".yaml", ".yml")
SHOT_FILES = f"Recast shots (*{SUFFIX} *.yaml *.yml)"


class Files(QObject):
    """Asks and warns with dialogs over `window`; tests replace them."""

    opened = Signal()  # another shot is open
    recent_changed = Signal()  # the list of recent files

    def __init__(self, document: Document, settings: QSettings, recovery: Recovery, window: QWidget):
        super().__init__(window)
        self._document, self._settings, self._recovery, self._window = document, settings, recovery, window

    def new(self) -> None:
        """A new shot, once the open one is saved or discarded."""
        if self.confirm_leaving():
            self._document.new()
            self.opened.emit()

    def open(self, path: Path) -> bool:
        """Open a shot document, or its autosave. Returns whether it was opened; an error is shown."""
        try:
            newer = self._document.disk.run(lambda: find_newer_autosave(path))
            if newer and self.ask(f"{path.name} has changes that were not saved when Studio last ended. Restore them?"):
                self._document.restore(newer, path)
            else:
                self._document.open(path)
        except (RecastError, OSError) as error:
            self.warn(str(error))
            return False
        self._remember(path)
        self.opened.emit()
        return True

    def recover(self) -> bool:
        """Offer a shot that was never saved when its Studio ended. Returns whether it is open now."""
        left = self._recovery.find_abandoned()
        if left is None:
            return False
        wanted = self.ask("A new shot was not saved when Studio last ended. Restore it? No deletes it.")
        try:
            if wanted:
                self._document.restore(left, None)
                self._document.autosave()  # in this Studio's place, before the other one goes
            autosave = self._document.find_autosave() if wanted else None
            self._document.disk.run(lambda: _remove_abandoned(left, autosave))
        except (RecastError, OSError) as error:
            self.warn(str(error))
            return False
        self.opened.emit()
        return wanted

    def save(self) -> bool:
        """Save under its name; asks for one where there is none."""
        path = self._document.path
        return self.save_to(path) if path else self.ask_save()

    def save_to(self, path: Path) -> bool:
        """Save to a file. Returns whether it was saved; an error is shown."""
        try:
            backup = self._document.save(path)
        except (RecastError, OSError) as error:
            self.warn(str(error))
            return False
        if backup:
            self.warn(
                f"{path} was changed by somebody else since it was opened here. Their shot is kept as {backup.name}."
            )
        self._remember(path)
        return True

    def ask_open(self) -> None:
        """Let a shot be chosen."""
        path, _ = QFileDialog.getOpenFileName(self._window, "Open a shot", self.find_folder(), SHOT_FILES)
        if path and self.confirm_leaving():
            self.open(Path(path))

    def ask_save(self) -> bool:
        """Let a name be chosen."""
        path, _ = QFileDialog.getSaveFileName(self._window, "Save the shot", self.find_folder(), SHOT_FILES)
        if not path:
            return False
        target = Path(path if path.endswith(DOCUMENTS) else path + SUFFIX)
        replaces = str(target) != path and target.exists()  # the dialog has asked about the shorter name
        if replaces and not self.ask(f"{target.name} is there already. Replace it?"):
            return False
        return self.save_to(target)

    def confirm_leaving(self) -> bool:
        """Whether the open shot is saved or may be discarded; its autosave is then deleted."""
        chosen = self.ask_unsaved() if not self._document.undo.isClean() else "discard"
        left = self.save() if chosen == "save" else chosen == "discard"
        if left:
            self._document.discard_autosave()
        return left

    def list_recent(self) -> list[str]:
        """The last shots, the latest first."""
        found = self._settings.value("recent", [])
        return [found] if isinstance(found, str) else [str(each) for each in found or []]

    def find_folder(self) -> str:
        """Where dialogs begin: the shot's folder."""
        return str(self._document.path.parent) if self._document.path else ""

    def _remember(self, path: Path) -> None:
        known = [str(path.absolute()), *self.list_recent()]
        self._settings.setValue("recent", list(dict.fromkeys(known))[:RECENT])
        self.recent_changed.emit()

    def ask(self, question: str) -> bool:
        """Yes or no."""
        return messages.ask(question, self._window)

    def ask_unsaved(self) -> str:
        """What to do with unsaved changes: 'save', 'discard' or '' to cancel."""
        return messages.ask_unsaved(self._window)

    def warn(self, text: str) -> None:
        """Something went wrong."""
        messages.warn(text, self._window)


def _remove_abandoned(left: Path, copy: Path | None) -> None:
    """Delete what another Studio left, unless its `copy` is missing (the disk is full)."""
    if copy is None or copy.exists():
        left.unlink(missing_ok=True)
