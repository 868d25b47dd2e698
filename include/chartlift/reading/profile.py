"""The reading profiles of `data/pipeline.toml`: which steps prepare a page, how it is read."""

from __future__ import annotations

from chartlift.errors import UnknownProfile
from chartlift.frozen import Frozen, to_json
from chartlift.settings import pipeline


class Profile(Frozen):
    """How pages are read."""

    steps: tuple[str, ...]
    """Preparing steps in order; each tests by itself whether a page asks for it."""
    engine: str
    adaptive: bool
    """Whether a page is told its language and its head, and its lines are read one by one; without
    it a page is read once, as it is."""
    longest: int | None = None
    """Pixels of the longer side at which a page's lines are looked for; None for the reader's own
    usual."""
    second_opinions: bool
    """Whether doubtful Latin words are read by a second engine as well."""

    @property
    def content(self) -> str:
        """The profile as text, for fingerprints."""
        return to_json(self).decode()


def load_profile(name: str) -> Profile:
    """The profile of that name; one that says `same_as` is that other profile.

    Raises:
        UnknownProfile: there is none; `subject` is the name.
    """
    profiles = pipeline()["profiles"]
    if name not in profiles:
        raise UnknownProfile(subject=name)
    content = profiles[name]
    if "same_as" in content:
        return load_profile(content["same_as"])
    return Profile.model_validate(content)
