"""Record types: one pydantic model a file. A new type is one file and one line here."""

from __future__ import annotations

from collections.abc import Mapping

from generator.model import Record
from generator.records.activity import Activity
from generator.records.article import Article
from generator.records.case import Case
from generator.records.edition import Anthology, Bulletin, Guidelines, Official
from generator.records.fact import Fact, Indicator
from generator.records.group import Group
from generator.records.honour import Honour
from generator.records.news import News
from generator.records.operation import Operation
from generator.records.partner import Partner
from generator.records.person import Person
from generator.records.photo import Photo
from generator.records.policy import Policy
from generator.records.station import Station

#: Name in English (``type:`` in a record) -> model; the model's ``type_name`` is the Chinese name (``类型:``).
RECORD_TYPES: Mapping[str, type[Record]] = {
    "case": Case,
    "operation": Operation,
    "group": Group,
    "activity": Activity,
    "station": Station,
    "indicator": Indicator,
    "fact": Fact,
    "news": News,
    "article": Article,
    "policy": Policy,
    "person": Person,
    "partner": Partner,
    "honour": Honour,
    "photo": Photo,
    "bulletin": Bulletin,
    "anthology": Anthology,
    "guidelines": Guidelines,
    "official": Official,
}
