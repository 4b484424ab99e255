"""How a command ends when the user can mend what is wrong."""

from typing import Any

import click


class OneSentence(click.ClickException):
    """Ends the command with one sentence and exit code 1."""

    def show(self, file: Any = None) -> None:
        """Write the sentence to standard error."""
        click.echo(self.message, err=True)
