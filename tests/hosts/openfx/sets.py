"""The property sets of OpenFX 1.5: which properties each has, of which type, how many values, and who may set them.

After the standard's own list of properties. i: whole numbers, d: numbers, s: texts, p: pointers; then the count, 0 for
any; then a ! where the plugin may set it.
"""

from __future__ import annotations

Kinds = dict[str, tuple[str, int, bool]]  # name: type, count, whether the plugin may set it


def read(text: str) -> Kinds:
    """'Name i1!' by line or space-separated pairs."""
    words = text.split()
    return {
        "Ofx" + name: (form[0], int(form[1]), form.endswith("!"))
        for name, form in zip(words[::2], words[1::2], strict=True)
    }


HOST = read(
    "PropAPIVersion i0 PropType s1 PropName s1 PropLabel s1 PropVersion i0 PropVersionLabel s1 "
    "ImageEffectHostPropIsBackground i1 ImageEffectPropSupportsOverlays i1 ImageEffectPropSupportsMultiResolution i1 "
    "ImageEffectPropSupportsTiles i1 ImageEffectPropTemporalClipAccess i1 ImageEffectPropSupportedComponents s0 "
    "ImageEffectPropSupportedContexts s0 ImageEffectPropMultipleClipDepths i1 "
    "ImageEffectPropSupportsMultipleClipPARs i1 ImageEffectPropSetableFrameRate i1 ImageEffectPropSetableFielding i1"
)
COLOUR = read("ImageEffectPropColourManagementStyle s1! ImageEffectPropColourManagementAvailableConfigs s0!")
EFFECT = read(
    "PropType s1 PropLabel s1! PropShortLabel s1! PropLongLabel s1! PropVersion i0! PropVersionLabel s1! "
    "PropPluginDescription s1! ImageEffectPropSupportedContexts s0! ImageEffectPluginPropGrouping s1! "
    "ImageEffectPluginPropSingleInstance i1! ImageEffectPluginRenderThreadSafety s1! "
    "ImageEffectPluginPropHostFrameThreading i1! ImageEffectPropSupportsMultiResolution i1! "
    "ImageEffectPropSupportsTiles i1! ImageEffectPropTemporalClipAccess i1! ImageEffectPropSupportedPixelDepths s0! "
    "ImageEffectPluginPropFieldRenderTwiceAlways i1! ImageEffectPropMultipleClipDepths i1! "
    "ImageEffectPropSupportsMultipleClipPARs i1! ImageEffectPropClipPreferencesSlaveParam s0! PluginPropFilePath s1"
)
INSTANCE = read(
    "PropType s1 ImageEffectPropContext s1 PropInstanceData p1! ImageEffectPropProjectSize d2 "
    "ImageEffectPropProjectOffset d2 ImageEffectPropProjectExtent d2 ImageEffectPropPixelAspectRatio d1 "
    "ImageEffectInstancePropEffectDuration d1 ImageEffectInstancePropSequentialRender i1! "
    "ImageEffectPropSupportsTiles i1! ImageEffectPropFrameRate d1 PropIsInteractive i1"
)
CLIP = read(
    "PropType s1 PropName s1 PropLabel s1! PropShortLabel s1! PropLongLabel s1! ImageEffectPropSupportedComponents s0! "
    "ImageEffectPropTemporalClipAccess i1! ImageClipPropOptional i1! ImageClipPropFieldExtraction s1! "
    "ImageClipPropIsMask i1! ImageEffectPropSupportsTiles i1!"
)
CLIP_INSTANCE = CLIP | read(
    "ImageEffectPropPixelDepth s1 ImageEffectPropComponents s1 ImageClipPropUnmappedPixelDepth s1 "
    "ImageClipPropUnmappedComponents s1 ImageEffectPropPreMultiplication s1 ImagePropPixelAspectRatio d1 "
    "ImageEffectPropFrameRate d1 ImageEffectPropFrameRange d2 ImageClipPropFieldOrder s1 ImageClipPropConnected i1 "
    "ImageEffectPropUnmappedFrameRange d2 ImageEffectPropUnmappedFrameRate d1 ImageClipPropContinuousSamples i1"
)
CLIP_COLOUR = read("ImageClipPropColourspace s1! ImageClipPropPreferredColourspaces s0!")
IMAGE = read(
    "PropType s1 ImageEffectPropPixelDepth s1 ImageEffectPropComponents s1 ImageEffectPropPreMultiplication s1 "
    "ImageEffectPropRenderScale d2 ImagePropPixelAspectRatio d1 ImagePropData p1 ImagePropBounds i4 "
    "ImagePropRegionOfDefinition i4 ImagePropRowBytes i1 ImagePropField s1 ImagePropUniqueIdentifier s1"
)
ANY_PARAMETER = read(
    "PropType s1 PropName s1 PropLabel s1! PropShortLabel s1! PropLongLabel s1! ParamPropType s1 ParamPropSecret i1! "
    "ParamPropHint s1! ParamPropScriptName s1! ParamPropParent s1! ParamPropEnabled i1!"
)
VALUE = read(
    "ParamPropAnimates i1! ParamPropIsAnimating i1 ParamPropPersistant i1! ParamPropEvaluateOnChange i1! "
    "ParamPropCanUndo i1! ParamPropCacheInvalidation s1!"
)


def _ranges(form: str) -> Kinds:
    return read(" ".join(f"ParamProp{name} {form}1!" for name in ["Default", "Min", "Max", "DisplayMin", "DisplayMax"]))


PARAMETERS = {
    "OfxParamTypeDouble": ANY_PARAMETER
    | VALUE
    | _ranges("d")
    | read("ParamPropIncrement d1! ParamPropDigits i1! ParamPropDoubleType s1! ParamPropShowTimeMarker i1!"),
    "OfxParamTypeInteger": ANY_PARAMETER | VALUE | _ranges("i"),
    "OfxParamTypeBoolean": ANY_PARAMETER | VALUE | read("ParamPropDefault i1!"),
    "OfxParamTypeChoice": ANY_PARAMETER | VALUE | read("ParamPropDefault i1! ParamPropChoiceOption s0!"),
    "OfxParamTypeString": ANY_PARAMETER
    | VALUE
    | read("ParamPropDefault s1! ParamPropStringMode s1! ParamPropStringFilePathExists i1!"),
    "OfxParamTypePushButton": ANY_PARAMETER,
    "OfxParamTypeGroup": ANY_PARAMETER | read("ParamPropGroupOpen i1!"),
    "OfxParamTypePage": ANY_PARAMETER | read("ParamPropPageChild s0!"),
}
SCALE, TIME = "ImageEffectPropRenderScale d2 ", "PropTime d1 "
ARGUMENTS = {  # action: (in, out); {clip} stands for each clip
    "OfxImageEffectActionDescribeInContext": (read("ImageEffectPropContext s1"), {}),
    "OfxActionInstanceChanged": (read("PropType s1 PropName s1 PropChangeReason s1 " + TIME + SCALE), {}),
    "OfxImageEffectActionGetRegionOfDefinition": (read(TIME + SCALE), read("ImageEffectPropRegionOfDefinition d4!")),
    "OfxImageEffectActionGetRegionsOfInterest": (
        read(TIME + SCALE + "ImageEffectPropRegionOfInterest d4"),
        read("ImageClipPropRoI_{clip} d4!"),
    ),
    "OfxImageEffectActionGetTimeDomain": ({}, read("ImageEffectPropFrameRange d2!")),
    "OfxImageEffectActionGetFramesNeeded": (read(TIME), read("ImageClipPropFrameRange_{clip} d0!")),
    "OfxImageEffectActionGetClipPreferences": (
        {},
        read(
            "ImageClipPropComponents_{clip} s1! ImageClipPropDepth_{clip} s1! ImageClipPropPAR_{clip} d1! "
            "ImageEffectPropFrameRate d1! ImageClipPropFieldOrder s1! ImageEffectPropPreMultiplication s1! "
            "ImageClipPropContinuousSamples i1! ImageEffectFrameVarying i1!"
        ),
    ),
    "OfxImageEffectActionIsIdentity": (
        read(TIME + SCALE + "ImageEffectPropFieldToRender s1 ImageEffectPropRenderWindow i4"),
        read("PropName s1! PropTime d1!"),
    ),
    "OfxImageEffectActionRender": (
        read(
            TIME + SCALE + "ImageEffectPropFieldToRender s1 ImageEffectPropRenderWindow i4 "
            "ImageEffectPropSequentialRenderStatus i1 ImageEffectPropInteractiveRenderStatus i1 "
            "ImageEffectPropRenderQualityDraft i1"
        ),
        {},
    ),
    "OfxImageEffectActionGetOutputColourspace": (
        read("ImageClipPropPreferredColourspaces s0"),
        read("ImageClipPropColourspace s1!"),
    ),
}
RECENT = read("ImageEffectPropThumbnailRender s1")  # arguments of 1.5.1
