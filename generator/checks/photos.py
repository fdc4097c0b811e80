"""Has somebody looked at each photograph?"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from generator.diagnostics import Diagnostic, Span, error, say
from generator.model import Publication, Records, texts
from generator.records.photo import Photo


def ticked(publication: Publication, records: Records) -> Iterator[Diagnostic]:
    """Every photograph shown has been looked at by a person as it is now: no program sees whose face is on it.

    Drawings need nobody's tick: their words are read as those of the text are.
    """
    known = {photo.file: photo for photo in records.of(Photo)}
    for name, asset in sorted(publication.assets.items()):
        if asset.media_type not in ("image/png", "image/jpeg"):
            continue
        photo = known.get(name)
        if photo is None or photo.looked is None:
            yield error(
                "photos.unticked",
                say("照片“{name}”还没有人看过", name=name),
                _where(name, photo, publication, records),
                say("看清图上的脸和文字，再运行 zhankan tick {name}", name=name),
            )
        elif photo.fingerprint != hashlib.sha256(asset.data).hexdigest():
            yield error(
                "photos.changed",
                say("照片“{name}”看过以后又改了", name=name),
                records.origin(photo).span(("指纹",)),
                say("再看一遍，再运行 zhankan tick {name}", name=name),
            )


def _where(name: str, photo: Photo | None, publication: Publication, records: Records) -> Span:
    """Where the photograph is written of: its own record, the piece that shows it, or the edition."""
    if photo is not None:
        return records.origin(photo).span()
    pieces = (a for a in publication.articles if any(i.get("src") == name for i in a.body.iter("img")))
    shown = (records.get(article.record) for article in pieces)
    for record in (*filter(None, shown), records[publication.id]):
        for path, words in texts(record.model_dump(by_alias=True)):
            if name in words:
                return records.origin(record).locate(path, words, words.index(name), len(name))
    return records.origin(records[publication.id]).span()
