"""Published weights are known by their tensors, brought in whole, and what is not weights is refused in a sentence."""

from __future__ import annotations

import io
import json
import os
import pickle
import re
import shutil
import struct
import warnings
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import save_file

from recast_nodes.errors import ModelMissing, WeightsError
from recast_nodes.models import build
from recast_nodes.models.weights import importing, installed
from recast_nodes.models.weights.checkpoints import NetworkPart, parts, structure
from recast_nodes.models.weights.importing import import_weights, read_any
from recast_nodes.models.weights.notes import NOTES
from recast_nodes.models.weights.recognise import Known, Unknown, recognise

RETARGETING = ("retarget_shoulder", "retarget_mouth", "retarget_eye")
MANIFESTS = {"performrecast": "pr", "liveportrait": "lp"}


@pytest.fixture(autouse=True)
def nothing_installed(monkeypatch, tmp_path):
    monkeypatch.setenv("RECAST_MODELS", str(tmp_path / "models"))


@pytest.fixture
def downloaded(tmp_path) -> Path:
    """A folder to download to."""
    folder = tmp_path / "downloaded"
    folder.mkdir()
    return folder


def shaped(part: NetworkPart) -> dict[str, torch.Tensor]:
    """Tensors of a network's names and shapes that take no memory."""
    return {name: torch.zeros((), dtype=like.dtype).expand(like.shape) for name, like in structure(*part).items()}


def state(part: str) -> dict[str, torch.Tensor]:
    return build("liveportrait", part).state_dict()


def under(prefix: str, tensors: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    return {prefix + name: tensor for name, tensor in tensors.items()}


def retargeting() -> dict[str, Any]:
    """LivePortrait's file of three networks, as from training on several GPUs."""
    networks = (under("module.", state(part)) for part in ("S_stitching", "S_lip", "S_eye"))
    return dict(zip(RETARGETING, networks))


# What files are


@pytest.mark.parametrize("part", parts(), ids=":".join)
def test_structures_are_the_published_ones(shared, part):
    manifest = shared / "parity" / f"manifest_{MANIFESTS[part.model]}_{part.part}.json"
    listed = {name: (tuple(shape), kind) for name, shape, kind in json.loads(manifest.read_text())}
    ours = structure(*part)
    assert {name: (tuple(t.shape), str(t.dtype).removeprefix("torch.")) for name, t in ours.items()} == listed


@pytest.mark.parametrize("prefix", ("", "module.", "module.model.net."))
@pytest.mark.parametrize("part", parts(), ids=":".join)
def test_every_network_is_known_by_its_tensors(part, prefix):
    (known,) = recognise(under(prefix, shaped(part)))
    assert isinstance(known, Known)
    decoders = {NetworkPart("performrecast", "G"), NetworkPart("liveportrait", "G")}
    assert set(known.fits) == (decoders if part in decoders else {part})
    assert {name: t.shape for name, t in known.named_tensors(part).items()} == {
        n: t.shape for n, t in structure(*part).items()
    }


def test_networks_may_lie_deep_in_a_file():
    content = {"epoch": 7, "state_dict": {"generator": state("S_lip")}, "rates": [0.1]}
    assert [entry.fits for entry in recognise(content)] == [(NetworkPart("liveportrait", "S_lip"),)]
    assert len(recognise(retargeting())) == 3
    assert recognise({"a": 1}) == recognise([state("S_lip")]) == recognise(None) == []


def changed(**tensors: torch.Tensor) -> dict[str, torch.Tensor]:
    return state("S_lip") | tensors


WRONG = {
    "missing": ({k: v for k, v in state("S_lip").items() if k != "mlp.4.bias"}, "1 of its tensors are missing.*4.bias"),
    "too many": (changed(more=torch.zeros(1)), "more"),
    "shape": (changed(**{"mlp.4.bias": torch.zeros(65)}), r"looks like liveportrait's S_lip.*\[65\], not \[64\]"),
    "nan": (changed(**{"mlp.4.bias": torch.full((64,), torch.nan)}), "S_lip.*4.bias.*not finite"),
    "infinite": (changed(**{"mlp.4.bias": torch.full((64,), torch.inf)}), "not finite"),
    "whole numbers": (changed(**{"mlp.4.bias": torch.zeros(64, dtype=torch.int64)}), "int64"),
    "complex": (changed(**{"mlp.4.bias": torch.zeros(64, dtype=torch.complex64)}), "complex64"),
    "sparse": (changed(**{"mlp.4.bias": torch.zeros(64).to_sparse()}), "4.bias"),
    "another network": ({"conv1.weight": torch.zeros(8, 3, 3, 3)}, "1 tensors of something else.*conv1.weight"),
}


@pytest.mark.parametrize(("tensors", "why"), WRONG.values(), ids=WRONG.keys())
def test_what_comes_near_is_told(downloaded, tensors, why):
    (found,) = recognise(tensors)
    assert isinstance(found, Unknown) and re.search(why, found.why)
    torch.save(tensors, downloaded / "w.pth")
    with pytest.raises(WeightsError, match="w.pth (is not used|was refused): "):
        import_weights("liveportrait", downloaded)
    assert not installed.folder("liveportrait").exists()


# Bringing them in


@pytest.mark.parametrize("name", ("weights.pth", "weights.safetensors"))
@pytest.mark.parametrize("source", ("folder", "file"))
def test_a_network_is_installed_as_it_was(downloaded, name, source):
    tensors = state("F")
    (save_file if name.endswith("safetensors") else torch.save)(tensors, downloaded / name)
    told: list[str] = []
    absent = import_weights("liveportrait", downloaded if source == "folder" else downloaded / name, told.append)
    assert absent == ["M", "W", "G", "S_stitching", "S_lip", "S_eye"]
    torch.testing.assert_close(installed.load("liveportrait", "F").state_dict(), tensors, rtol=0, atol=0)
    assert installed.sha256_of(downloaded / name) in told[0] and "Licence: MIT" in told[-1]
    assert installed.damage("liveportrait", "F") == ""


@pytest.mark.parametrize("modern", (True, False))
def test_one_file_of_three_networks(downloaded, modern):
    content = retargeting()
    torch.save(content, downloaded / "renamed.bin", _use_new_zipfile_serialization=modern)
    assert import_weights("liveportrait", downloaded, lambda line: None) == ["F", "M", "W", "G"]
    for part, word in zip(("S_stitching", "S_lip", "S_eye"), RETARGETING):
        for name, tensor in installed.load("liveportrait", part).state_dict().items():
            assert torch.equal(tensor, content[word][f"module.{name}"])


def test_half_precision_becomes_what_the_network_computes_in(downloaded):
    torch.save({name: tensor.half() for name, tensor in state("S_lip").items()}, downloaded / "w.pth")
    import_weights("liveportrait", downloaded, lambda line: None)
    loaded = installed.load("liveportrait", "S_lip").state_dict()
    assert all(tensor.dtype == torch.float32 for tensor in loaded.values())


def test_files_of_the_other_model_are_named_for_what_they_are(downloaded):
    torch.save(state("F"), downloaded / "appearance_feature_extractor.pth")
    told: list[str] = []
    with pytest.raises(WeightsError, match="holds nothing of performrecast"):
        import_weights("performrecast", downloaded, told.append)
    assert "it is liveportrait's F" in told[0] and "recast models import liveportrait" in told[0]


def test_a_decoder_belongs_to_the_files_beside_it(downloaded, monkeypatch):
    """Both models' decoders have one structure; here a small one stands for them."""
    small = {NetworkPart("performrecast", "G"), NetworkPart("liveportrait", "G")}
    real = structure

    def stand_in(model: str, part: str) -> dict[str, torch.Tensor]:
        return {"fc.weight": torch.empty(4, device="meta")} if NetworkPart(model, part) in small else real(model, part)

    monkeypatch.setattr("recast_nodes.models.weights.recognise.structure", stand_in)
    torch.save({"fc.weight": torch.ones(4)}, downloaded / "spade_generator.pth")
    torch.save(state("F"), downloaded / "appearance.pth")
    told: list[str] = []
    with pytest.raises(WeightsError, match="nothing of performrecast"):
        import_weights("performrecast", downloaded, told.append)
    assert any("spade_generator.pth" in line and "by the files beside it" in line for line in told)
    import_weights("liveportrait", downloaded, told.append)
    assert "G" not in installed.missing_parts("liveportrait")
    import_weights("performrecast", downloaded / "spade_generator.pth", told.append)
    assert any("the very file that is installed as liveportrait's G" in line for line in told)


def test_two_files_of_one_network_are_not_chosen_between(downloaded):
    for name in ("people", "animals"):
        (downloaded / name).mkdir()
        torch.save(state("S_eye"), downloaded / name / "w.pth")
    with pytest.raises(WeightsError, match="(?s)animals.*people.*both hold liveportrait's S_eye"):
        import_weights("liveportrait", downloaded)
    shutil.copy(downloaded / "people" / "w.pth", downloaded / "animals" / "w.pth")
    import_weights("liveportrait", downloaded, lambda line: None)


def test_other_files_in_the_folder_are_left_and_told(downloaded):
    torch.save(state("S_eye"), downloaded / "eye.pth")
    torch.save({"cls_token": torch.zeros(1, 1, 768)}, downloaded / "pytorch_model.bin")
    (downloaded / "landmark.onnx").write_bytes(b"onnx")
    (downloaded / ".eye.pth").write_bytes(b"hidden")
    (downloaded / "broken.pth").write_bytes(b"broken")
    told: list[str] = []
    import_weights("liveportrait", downloaded, told.append)
    assert [line.split()[0] for line in told[:3]] == ["broken.pth", "pytorch_model.bin", "eye.pth:"]


def test_importing_again_puts_damage_right(downloaded):
    torch.save(state("S_eye"), downloaded / "eye.pth")
    import_weights("liveportrait", downloaded, lambda line: None)
    path = installed.path_of("liveportrait", "S_eye")
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)
    assert "sha256" in installed.damage("liveportrait", "S_eye")
    (path.parent / NOTES).write_text("spoilt")
    import_weights("liveportrait", downloaded, lambda line: None)
    assert installed.damage("liveportrait", "S_eye") == ""


def test_a_folder_that_is_none(tmp_path):
    for source in (tmp_path / "absent", tmp_path):
        with pytest.raises(WeightsError, match=str(source)):
            import_weights("liveportrait", source)
    with pytest.raises(ModelMissing, match="performrecast and liveportrait"):
        import_weights("mesh", tmp_path)


# Hostile and broken files


class Calls:
    """Asks for a call when it is unpickled."""

    def __init__(self, function: Any, *arguments: Any):
        self.call = function, arguments

    def __reduce__(self) -> Any:
        return self.call


def saved(content: Any, modern: bool = True) -> bytes:
    out = io.BytesIO()
    torch.save(content, out, _use_new_zipfile_serialization=modern)
    return out.getvalue()


def with_index(index: bytes) -> bytes:
    """A file of PyTorch whose list of tensors is this pickle."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(saved(state("S_eye")))) as sound, zipfile.ZipFile(out, "w") as archive:
        for member in sound.infolist():
            content = index if member.filename.endswith("/data.pkl") else sound.read(member)
            archive.writestr(member.filename, content)
    return out.getvalue()


def packed(content: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as sound, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for member in sound.infolist():
            archive.writestr(member.filename, sound.read(member))
    return out.getvalue()


def scripted() -> bytes:
    out = io.BytesIO()
    with warnings.catch_warnings(action="ignore", category=DeprecationWarning):
        torch.jit.save(torch.jit.script(torch.nn.Linear(2, 2)), out)
    return out.getvalue()


def archive(**members: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as opened:
        for name, content in members.items():
            opened.writestr(name, content)
    return out.getvalue()


SYSTEM = rf"refused: it asks for {os.system.__module__}\.system\. Nothing of it was run"
EVIL: dict[str, tuple[Callable[[str], bytes], str]] = {
    "beside tensors": (lambda proof: saved(state("S_eye") | {"x": Calls(os.system, f"touch {proof}")}), SYSTEM),
    "nested": (lambda proof: saved({"a": [{"b": (1, Calls(os.system, f"touch {proof}"))}]}), SYSTEM),
    "legacy": (lambda proof: saved({"a": Calls(os.system, f"touch {proof}")}, modern=False), SYSTEM),
    "bare pickle": (lambda proof: pickle.dumps(Calls(os.system, f"touch {proof}")), SYSTEM),
    "index": (lambda proof: with_index(pickle.dumps(Calls(os.system, f"touch {proof}"))), SYSTEM),
    "eval": (
        lambda proof: saved({"a": Calls(eval, f"open({proof!r}, 'w')")}),
        r"refused: it asks for (__builtin__|builtins)\.eval",
    ),
    "instance": (
        lambda proof: with_index(f"(cos\nsystem\nV'touch {proof}'\no.".encode()),
        r"refused: it asks for os\.system",
    ),
    "packed": (
        lambda proof: packed(saved({"a": Calls(os.system, f"touch {proof}")})),
        "refused: its archive is packed",
    ),
}


@pytest.mark.parametrize(("make", "why"), EVIL.values(), ids=EVIL.keys())
def test_hostile_files_are_refused_by_name_and_do_nothing(downloaded, tmp_path, make, why):
    proof, path = tmp_path / "proof", downloaded / "appearance_feature_extractor.pth"
    path.write_bytes(make(str(proof)))
    with pytest.raises(WeightsError, match=f"{path.name} was {why}") as caught:
        read_any(path)
    assert "\n" not in str(caught.value)
    with pytest.raises(WeightsError, match="Nothing of it was run"):
        import_weights("performrecast", path)
    assert not proof.exists() and not installed.folder("performrecast").exists()


SOUND = saved(state("S_eye"))
NOT_WEIGHTS = {
    "nothing": (b"", "it is empty"),
    "a web page": (b"\n<!DOCTYPE html><html>Quota exceeded</html>", "a web page: the download did not work"),
    "a pointer": (b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 9\n", "Git LFS pointer"),
    "text": (b"weights", "appearance.pth"),
    "cut": (SOUND[: len(SOUND) // 2], "damaged or cut short"),
    "cut by a byte": (SOUND[:-1], "damaged or cut short"),
    "legacy, cut": (saved(state("S_eye"), modern=False)[:-100], "damaged"),
    "legacy, cut early": (saved(state("S_eye"), modern=False)[:50], "damaged"),
    "another archive": (archive(readme=b"x"), "not one of PyTorch"),
    "a program": (scripted(), "holds a program"),
    "two of a name": (archive(**{"a/data.pkl": b"].", "A/data.pkl": b"]."}), "two of one name"),
    "a list": (saved([1, 2]), "no tensors"),
    "another pickle": (pickle.dumps({"a": 1}), "PyTorch did not write it"),
}


@pytest.mark.parametrize(("content", "why"), NOT_WEIGHTS.values(), ids=NOT_WEIGHTS.keys())
def test_what_is_no_file_of_weights_is_told_in_a_sentence(downloaded, content, why):
    path = downloaded / "appearance.pth"
    path.write_bytes(content)
    with pytest.raises(WeightsError, match=why) as caught:
        import_weights("performrecast", path)
    assert "appearance.pth" in str(caught.value) and "\n" not in str(caught.value)


@pytest.mark.parametrize("place", range(0, len(SOUND), len(SOUND) // 40))
def test_a_wrong_byte_breaks_nothing(downloaded, place):
    path = downloaded / "w.pth"
    path.write_bytes(SOUND[:place] + bytes([SOUND[place] ^ 0xFF]) + SOUND[place + 1 :])
    try:
        recognise(read_any(path))
    except WeightsError as error:
        assert "w.pth" in str(error)


SAFE = {
    "nothing": b"",
    "a huge header": struct.pack("<Q", 1 << 60) + b"{}",
    "a large header": struct.pack("<Q", 99_000_000) + b"{}",
    "no header": struct.pack("<Q", 2) + b"[]",
    "a tensor past the end": struct.pack("<Q", 54) + b'{"a":{"dtype":"F32","shape":[9],"data_offsets":[0,36]}}',
    "a pickle": pickle.dumps(Calls(os.system, "touch proof")),
}


@pytest.mark.parametrize("content", SAFE.values(), ids=SAFE.keys())
def test_broken_safetensors_are_told(downloaded, content):
    path = downloaded / "w.safetensors"
    path.write_bytes(content)
    with pytest.raises(WeightsError, match="w.safetensors is not a whole safetensors file"):
        import_weights("liveportrait", path)


# Fetching


def test_fetching_installs_what_comes_and_tells_the_rest(monkeypatch, tmp_path):
    def download(url: str, path: Path) -> None:
        if "retargeting" not in url:
            raise OSError("no route")
        torch.save(retargeting(), path)

    monkeypatch.setattr(importing, "_download", download)
    with pytest.raises(ModelMissing) as caught:
        importing.fetch_weights("liveportrait", lambda line: None)
    assert installed.missing_parts("liveportrait") == ["F", "M", "W", "G"]
    for word in ("no route", "By hand", "huggingface.co/KlingTeam/LivePortrait", "recast models import liveportrait"):
        assert word in str(caught.value)
    assert "stitching" not in str(caught.value).partition("By hand")[2], "it came"


@pytest.mark.parametrize("answer", (b"<html>quota</html>", SOUND[:100]))
def test_what_comes_is_looked_at(monkeypatch, answer):
    class Answer(io.BytesIO):
        headers = {"Content-Length": str(len(SOUND))}

    monkeypatch.setattr(importing.urllib.request, "urlopen", lambda request, timeout: Answer(answer))
    with pytest.raises(ModelMissing, match="broke off"):
        importing.fetch_weights("performrecast", lambda line: None)
    Answer.headers = {}
    with pytest.raises(ModelMissing, match="web page|damaged"):
        importing.fetch_weights("performrecast", lambda line: None)
    assert not installed.folder("performrecast").exists()
