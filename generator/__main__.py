"""``python -m generator`` and the ``zhankan`` command."""

from __future__ import annotations

from generator.cli import zhankan


def main() -> None:
    """Run the command line; ends the process with its exit code."""
    zhankan()


if __name__ == "__main__":
    main()
