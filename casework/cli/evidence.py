"""``flask evidence verify``: whether a file, or a printed number with its code, is a paper that this office made."""

from __future__ import annotations

from pathlib import Path

import click
from flask.cli import AppGroup

from casework.documents.reading import number_in
from casework.presentation.locale import translations
from casework.services import papers
from casework.services.papers import ALTERED, TRUE, UNKNOWN, Verdict

group = AppGroup("evidence", help="Papers and evidence that left the office.")
EXIT = {TRUE: 0, ALTERED: 1, UNKNOWN: 2}


def _(message: str) -> str:
    """Marks a sentence for the catalogue."""
    return message


SENTENCES = {
    TRUE: _("真：与本单位 %(day)s 制作的 %(number)s 号文书一致，签名有效。"),
    ALTERED: _("不符：%(number)s 号文书是本单位制作的，但这一份的内容与当时交出的不一样，可能被改过。"),
    UNKNOWN: _("查不到：本单位没有交出过这样的文书。"),
}
ROOT = _("签名所依据的办公室根指纹：%(root)s（可与套件上印的对照）")


def _say(message: str, **facts: object) -> None:
    """The sentence in both languages: whoever asks may read either."""
    click.echo(message % facts if facts else message)
    english = translations("en").gettext(message)
    click.echo(english % facts if facts else english)


@group.command("verify")
@click.argument("file", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--number", help="The number printed on the paper.")
@click.option("--hash", "digest", help="The code printed on the paper; spaces don't matter.")
def verify(file: Path | None, number: str | None, digest: str | None) -> None:
    """Say whether FILE is a paper as it left; or, for a copy on paper, whether --number and --hash belong together.

    Needs no key and no sign-in. Exits 0 for true, 1 for altered, 2 for unknown.
    """
    if (file is None) == (digest is None) or (digest is not None and not number):
        raise click.UsageError("give FILE, or --number with --hash")
    if file is not None:
        content = file.read_bytes()
        verdict = papers.verify_file(content, number or None)
        claimed = number_in(content)
        if verdict.result == UNKNOWN and number is None and claimed is not None:
            verdict = papers.verify_file(content, claimed)
    else:
        verdict = papers.verify_words(number or "", digest or "")
    _tell(verdict)


def _tell(verdict: Verdict) -> None:
    day = verdict.made_on.isoformat() if verdict.made_on else ""
    if verdict.result == UNKNOWN:
        _say(SENTENCES[UNKNOWN])
    else:
        _say(SENTENCES[verdict.result], number=verdict.number, day=day)
    if verdict.root and verdict.result == TRUE:
        _say(ROOT, root=verdict.root)
    raise SystemExit(EXIT[verdict.result])
