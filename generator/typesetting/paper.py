"""Stocks as they are traded in China, and how thick a leaf of them is."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Stock:
    """A kind of paper: its bulk (松厚度, cm³/g), the grammages it is sold in (g/m²), its other names."""

    bulk: float
    grammages: tuple[int, ...]
    names: tuple[str, ...] = ()


#: A leaf is grammage × bulk / 1000 mm thick. The bulks agree with printers' rules of thumb – offset paper
#: g/1000 + 0.02 mm, matt coated g/1000, gloss coated g/1000 − 0.02 – in the weights that books are printed on;
#: mills differ by a tenth, so what a printer has measured (纸厚) goes before.
STOCKS: Mapping[str, Stock] = {
    "双胶纸": Stock(1.25, (60, 70, 80, 90, 100, 120, 140), ("胶版纸", "胶版印刷纸", "道林纸", "双胶")),
    "轻型纸": Stock(1.7, (55, 60, 70, 80, 100), ("轻型胶版纸", "轻型印刷纸", "轻型")),
    "铜版纸": Stock(0.85, (80, 105, 128, 157, 200, 250, 300), ("双铜纸", "双粉纸", "光铜纸", "铜版", "双铜")),
    "哑粉纸": Stock(1.0, (80, 105, 128, 157, 200, 250, 300), ("亚粉纸", "哑铜纸", "哑光铜版纸", "哑粉", "亚粉")),
    "白卡纸": Stock(1.3, (200, 230, 250, 300), ("白卡",)),
}

_WEIGHT = re.compile(r"(\d{2,3})(?:克(?:/?平方米|/㎡)?|g(?:/m2|/m²|sm)?|gsm)?", re.IGNORECASE)


def leaf(stock: str) -> float | None:
    """The thickness in millimetres of a leaf of, say, ``80克双胶纸``; None if kind or grammage isn't known."""
    words = re.sub(r"\s", "", stock)
    weight = _WEIGHT.search(words)
    if weight is None:
        return None
    kind = (words[: weight.start()] + words[weight.end() :]).strip("·，,（）()")
    for name, paper in STOCKS.items():
        if kind in (name, *paper.names):
            return int(weight[1]) * paper.bulk / 1000
    return None


def known() -> str:
    """The stocks, as a hint lists them."""
    return "、".join(f"{'/'.join(map(str, paper.grammages))}克{name}" for name, paper in STOCKS.items())
