"""The effects and their parameters as a header of C, `declared.h`, which the plugin is compiled with."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from ... import __version__
from .effects import EFFECTS, Effect, EffectClip
from .parameters import EffectParameter, parameters

KINDS = {"double", "integer", "boolean", "choice", "string", "file", "button"}


def declared_header() -> str:
    """The header's text."""
    tables = [_effect_tables(at, effect) for at, effect in enumerate(EFFECTS)]
    effects = [_effect(at, effect) for at, effect in enumerate(EFFECTS)]
    return "\n".join(
        [
            "/* Made by `make plugins` from the declarations of the nodes; change it there. */",
            f"#define RECAST_VERSION {quote_c(__version__)}",
            f"#define RECAST_DECLARED {quote_c(declared())}",
            "#ifndef RECAST_NO_TABLES",
            "",
            *tables,
            f"static const Effect EFFECTS[] = {{\n{''.join(effects)}}};",
            f"enum {{ EFFECT_COUNT = {len(EFFECTS)} }};",
            "#endif",
            "",
        ]
    )


def declared() -> str:
    """What the effects and parameters are known by: plugin and worker must have the same."""
    words = repr([(effect, parameters(effect)) for effect in EFFECTS])
    return hashlib.sha256(words.encode()).hexdigest()[:12]


def quote_c(text: str) -> str:
    """`text` as a string of C, in ASCII. Octal, since a hexadecimal escape would take in the letters after it."""
    escaped = []
    for byte in text.encode():
        character = chr(byte)
        plain = 32 <= byte < 127 and character not in '"\\?'
        escaped.append(character if plain else f"\\{byte:03o}")
    return '"' + "".join(escaped) + '"'


def _effect_tables(at: int, effect: Effect) -> str:
    made = parameters(effect)
    lines = [_options(at, number, each) for number, each in enumerate(made) if each.options]
    rows = "".join(_parameter(at, number, each) for number, each in enumerate(made))
    lines.append(f"static const Parameter PARAMETERS_{at}[] = {{\n{rows}}};")
    groups = list(dict.fromkeys(each.group for each in made if each.group))
    rows = "".join(f"  {{ {quote_c(_group_name(group))}, {quote_c(group)} }},\n" for group in groups)
    lines.append(f"static const Group GROUPS_{at}[] = {{\n{rows}}};")
    rows = "".join(_clip(clip) for clip in effect.clips)
    lines.append(f"static const Clip CLIPS_{at}[] = {{\n{rows}}};\n")
    return "\n".join(lines)


def _group_name(group: str) -> str:
    return f"group_{group.replace(' ', '_')}"


def _options(at: int, number: int, parameter: EffectParameter) -> str:
    words = ", ".join(map(quote_c, parameter.options))
    return f"static const char *const OPTIONS_{at}_{number}[] = {{ {words}, NULL }};"


def _parameter(at: int, number: int, parameter: EffectParameter) -> str:
    if parameter.kind not in KINDS:
        raise NotImplementedError(f"{parameter.name}: the plugin has no parameter of kind {parameter.kind}.")
    words = [parameter.name, parameter.label, parameter.tip, parameter.text]
    fields = [
        f"KIND_{parameter.kind.upper()}",
        *map(quote_c, words),
        quote_c(_group_name(parameter.group)) if parameter.group else "NULL",
        *(repr(float(each)) for each in (parameter.default, *parameter.limits, *parameter.slider)),
        f"OPTIONS_{at}_{number}" if parameter.options else "NULL",
        *_flags((parameter.animates, parameter.weight)),
    ]
    return f"  {{ {', '.join(fields)} }},\n"


def _flags(values: Iterable[bool]) -> list[str]:
    return [str(int(value)) for value in values]


def _clip(clip: EffectClip) -> str:
    return f"  {{ {', '.join([quote_c(clip.name), quote_c(clip.tip), *_flags((clip.optional, clip.mask))])} }},\n"


def _effect(at: int, effect: Effect) -> str:
    tables = [f"{table}_{at}" for table in ("PARAMETERS", "GROUPS", "CLIPS")]
    pairs = [f"{table}, (int)(sizeof {table} / sizeof *{table})" for table in tables]
    words = map(quote_c, (effect.identifier, effect.name, effect.label, effect.tip))
    return f"  {{ {', '.join([*words, *pairs, str(int(effect.edits))])} }},\n"
