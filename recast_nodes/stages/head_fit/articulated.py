"""A head at the landmarks alone: what a person's are at rest, and how parameters move them.

Blendshapes add up, then joints turn what is skinned to them (FLAME, T. Li et al., SIGGRAPH Asia 2017, eq. 2; a head of
blendshapes alone has its two eyes for joints). Centimetres, y up, the face towards +z and the person's left towards +x.
Everything is float64: normal equations square what rounding leaves.
"""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor


class LandmarkHead(NamedTuple):
    """K landmarks of a head with I coefficients of identity, P parameters of expression and J joints."""

    name: str  # the model, its version included
    names: tuple[str, ...]  # (P,) of the parameters: coefficients of expression, or a joint's axis times angle
    rest: Tensor  # (K, 3) the average face
    identity: Tensor  # (I, K, 3)
    movements: Tensor  # (P, K, 3) of a parameter of 1; 0 for those of joints
    low: Tensor  # (P,) what a parameter may be
    high: Tensor  # (P,)
    spread: Tensor  # (P,) its usual size
    hints: Tensor  # (P, 52) what blendshape coefficients as they are read say of it; 0: nothing
    doubt: Tensor  # (P,) and by how much they are usually wrong
    centres: Tensor  # (J, 3) of the joints, on the average face
    moved_centres: Tensor  # (I, J, 3) by identity
    parents: tuple[int, ...]  # (J,) a joint that comes before, or -1: the head itself
    turns: Tensor  # (J, 3, P) axis times angle, radians, of a parameter of 1
    skinning: Tensor  # (K, J) how far each landmark follows a joint; the head takes what is left
    corrections: Tensor  # (J, 3, 3, K, 3) what a joint's rotation less the identity adds to the face at rest
    normals: Tensor  # (K, 3) which way the average face's skin looks there
    noise: Tensor  # (K,) centimetres by which a landmark is read elsewhere beside that; infinite: it takes no part
    misread_person: Tensor  # (A, K, 3) centimetres by which a person is usually misread throughout (see `misreading`)
    misread_frame: Tensor  # (B, K, 3) and by which a frame is


class PersonAtRest(NamedTuple):
    """Who the head is: what identity decides."""

    rest: Tensor  # (K, 3) centimetres
    centres: Tensor  # (J, 3)


def person_of(head: LandmarkHead, identity: Tensor) -> PersonAtRest:
    """The person of coefficients of identity (I,); fewer than the head has leave the others 0."""
    count = len(identity)
    rest = head.rest + torch.einsum("i,ikc->kc", identity, head.identity[:count])
    return PersonAtRest(rest, head.centres + torch.einsum("i,ijc->jc", identity, head.moved_centres[:count]))


class Expressed(NamedTuple):
    """Landmarks of a person with an expression, in the head's own frame, and how they follow."""

    points: Tensor  # (K, 3)
    by_parameters: Tensor  # (K, 3, P)
    by_identity: Tensor  # (K, 3, I); (K, 3, 0) where nobody asked


def express(head: LandmarkHead, person: PersonAtRest, parameters: Tensor) -> Tensor:
    """Landmarks (K, 3) of a person with an expression (P,), in the head's own frame."""
    shape = person.rest + torch.einsum("p,pkc->kc", parameters, head.movements)
    return _articulate(head, shape, person.centres, head.turns @ parameters)


def express_with_derivatives(
    head: LandmarkHead, person: PersonAtRest, parameters: Tensor, by_identity: bool = False
) -> Expressed:
    """The same with its derivatives, those by identity where they are asked for. That FLAME's joints move a little with
    an expression is left out of them.
    """
    shape = person.rest + torch.einsum("p,pkc->kc", parameters, head.movements)
    angles = head.turns @ parameters
    points = _articulate(head, shape, person.centres, angles)
    turned = torch.func.jacfwd(lambda vary: _articulate(head, shape, person.centres, vary))(angles)  # (K, 3, J, 3)
    blends = _blends(head, angles)
    by_parameters = torch.einsum("kab,pkb->kap", blends, head.movements)
    by_parameters = by_parameters + torch.einsum("kajb,jbp->kap", turned, head.turns)
    if not by_identity:
        return Expressed(points, by_parameters, points.new_zeros(*points.shape, 0))
    shifted = torch.func.jacfwd(lambda vary: _articulate(head, shape, vary, angles))(person.centres)
    own = torch.einsum("kab,ikb->kai", blends, head.identity)
    return Expressed(points, by_parameters, own + torch.einsum("kajb,ijb->kai", shifted, head.moved_centres))


def _articulate(head: LandmarkHead, shape: Tensor, centres: Tensor, angles: Tensor) -> Tensor:
    """A shape (K, 3) with its joints turned by angles (J, 3)."""
    rotations = rotation_of(angles)
    if head.corrections.numel():
        away = rotations - torch.eye(3, dtype=shape.dtype, device=shape.device)
        shape = shape + torch.einsum("jab,jabkc->kc", away, head.corrections)
    moved: list[tuple[Tensor, Tensor]] = []
    result = shape * (1 - head.skinning.sum(1, keepdim=True))
    for joint, parent in enumerate(head.parents):
        turn, shift = rotations[joint], centres[joint] - rotations[joint] @ centres[joint]
        if parent >= 0:
            turn, shift = moved[parent][0] @ turn, moved[parent][0] @ shift + moved[parent][1]
        moved.append((turn, shift))
        result = result + head.skinning[:, joint, None] * (shape @ turn.T + shift)
    return result


def _blends(head: LandmarkHead, angles: Tensor) -> Tensor:
    """(K, 3, 3) how each landmark is turned by its joints."""
    rotations, turns = rotation_of(angles), list[Tensor]()
    for joint, parent in enumerate(head.parents):
        turns.append(turns[parent] @ rotations[joint] if parent >= 0 else rotations[joint])
    still = (1 - head.skinning.sum(1))[:, None, None] * torch.eye(3, dtype=angles.dtype, device=angles.device)
    return still + torch.einsum("kj,jab->kab", head.skinning, torch.stack(turns))


def rotation_of(vector: Tensor) -> Tensor:
    """(..., 3, 3) rotations of axis times angle (..., 3): Rodrigues' formula, with derivatives at zero too."""
    square = vector.square().sum(-1)[..., None, None]
    small = square < 1e-8
    safe = torch.where(small, torch.ones_like(square), square)
    angle = safe.sqrt()
    first = torch.where(small, 1 - square / 6, angle.sin() / angle)
    second = torch.where(small, 0.5 - square / 24, (1 - angle.cos()) / safe)
    x, y, z = vector.unbind(-1)
    zero = torch.zeros_like(x)
    cross = torch.stack([zero, -z, y, z, zero, -x, -y, x, zero], -1).reshape(*vector.shape[:-1], 3, 3)
    return torch.eye(3, dtype=vector.dtype, device=vector.device) + first * cross + second * (cross @ cross)
