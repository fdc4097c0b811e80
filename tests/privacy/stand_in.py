"""A roster of invented people, whom the scan of finished files is tried with."""

from __future__ import annotations

from generator.privacy.roster import Entry, Roster

NAME, PHONE, IDENTITY, ADDRESS = "闻人采蘩", "13912345670", "110101195003074514", "茶店子西街88号院3栋1单元502号"
ROSTER = Roster(
    {
        "C-1": Entry(names=(NAME,), phones=(PHONE,), cards=(IDENTITY,), addresses=(ADDRESS,)),
        "C-2": Entry(names=("谷绾",)),
        "C-3": Entry(names=("陆听荷",)),
    }
)
