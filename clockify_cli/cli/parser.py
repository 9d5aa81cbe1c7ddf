"""How the words of a command line are told from its options."""

from __future__ import annotations

from typer._click.exceptions import NoSuchOption
from typer._click.parser import _OptionParser, _ParsingState

from clockify_cli.cli.vocabulary import looks_past


class Parser(_OptionParser):
    """Typer's parser, save that a past time is a word, and a near option is named.

    Typer has no public way to say what an option looks like, hence the private base; the
    dependency is pinned below the next minor release.
    """

    def _process_opts(self, arg: str, state: _ParsingState) -> None:
        if looks_past(arg):
            state.largs.append(arg)
            return
        super()._process_opts(arg, state)

    def _match_short_opt(self, arg: str, state: _ParsingState) -> None:
        # `-project`: more likely one dash too few than -p with the value "roject".
        if len(arg) > 2 and f"-{arg.partition('=')[0]}" in self._long_opt:
            raise NoSuchOption(arg, possibilities=[f"-{arg}"], ctx=self.ctx)
        super()._match_short_opt(arg, state)
