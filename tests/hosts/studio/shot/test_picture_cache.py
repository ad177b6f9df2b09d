"""Which pictures are kept, and which of them are to be made again."""

from __future__ import annotations

import numpy as np

from recast_nodes.hosts.studio.shot import picture_cache
from recast_nodes.hosts.studio.shot.picture import PictureRequest, ViewedPicture
from recast_nodes.hosts.studio.shot.picture_cache import PictureCache

AT = (0, 0, 1, 1)


def make(provisional=False, side=1):
    return ViewedPicture(np.zeros((side, side, 3), np.float16), AT, AT, "ACEScg", provisional=provisional)


def keyed(key, frame):
    return key, PictureRequest("Mask", frame)


def test_a_provisional_picture_is_stale_once_its_key_is_settled():
    cache = PictureCache()
    cache.store(keyed("a", 1), make(True))
    cache.store(keyed("a", 2), make())
    cache.store(keyed("b", 1), make(True))
    assert cache.is_done(keyed("a", 1)) and not cache.find_stale()
    cache.settled["a"] = True
    assert cache.find_stale() == [keyed("a", 1)] and cache.get(keyed("a", 1)).provisional
    cache.store(keyed("a", 1), make())
    assert not cache.find_stale() and cache.is_done(keyed("a", 1)) and not cache.is_provisional(keyed("a", 1))


def test_the_last_picture_of_a_request_is_found_whatever_the_shot_was(monkeypatch):
    cache = PictureCache()
    first, second = make(), make()
    cache.store(keyed("a", 1), first)
    cache.store(keyed("b", 1), second)
    assert cache.get_recent(keyed("c", 1)[1]) is second and cache.get_recent(keyed("a", 2)[1]) is None
    for frame in range(2, 2 + picture_cache.RECENT):
        cache.store(keyed("a", frame), make())
    assert cache.get_recent(keyed("a", 1)[1]) is None


def test_a_picture_that_is_made_again_counts_once(monkeypatch):
    monkeypatch.setattr(picture_cache, "CACHE_SIZE", 3 * make().bytes)
    cache = PictureCache()
    for _ in range(5):
        cache.store(keyed("a", 1), make())
    cache.store(keyed("a", 2), make())
    cache.store(keyed("a", 3), make())
    assert [request.frame for _, request in cache] == [1, 2, 3]
    cache.get(keyed("a", 1))
    cache.store(keyed("a", 4), make())
    assert [request.frame for _, request in cache] == [3, 1, 4], "what was used longest ago goes"
    cache.clear()
    assert not list(cache) and keyed("a", 1) not in cache
