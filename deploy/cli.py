"""`dondoc`: one command for operators and officers. Each sub-command lives in `deploy/commands/`."""

import gc
import importlib
import os
import sys

import click

from shared import __version__

EX_CONFIG = 78  # sysexits.h

# Imported only when it is called: `dondoc run` must not wait for what only `dondoc demo` needs.
COMMANDS = {
    "up": "servers and services in the foreground, until Ctrl-C",
    "demo": "the whole sample year, from the plan to the final report",
    "run": "one service, on servers given by the environment",
    "plan": "check, publish or show a plan file",
    "day": "publish a day, where the calendar is manual",
    "duty": "exempt from, extend, or report nothing for an occurrence",
    "output": "accept an output or send it back",
    "submit": "post CloudEvents, one JSON a line",
    "import": "record a spreadsheet or CSV file of outputs; make one to fill in",
    "status": "how the plan stands",
    "reminders": "what became of the reminders, and what comes next: list, preview, open, unmark",
    "report": "the consolidated report as a document",
    "officer": "who may sign in at the desk: add, remove, list, token, revoke-token",
    "bounce": "take what a mail server reports, from its pipe",
    "agency": "integrators' tokens and keys: add, rotate, revoke, list, init, apply",
    "deadletters": "what no service could handle",
    "topology": "streams and consumers: apply, check, refill",
    "rebuild": "make a service's view anew from the log",
    "backup": "all that is recorded, as of one moment, into a folder",
    "restore": "all that a backup holds, and the log anew",
    "verify": "recount everything from the log and compare",
}


class Commands(click.Group):
    """The sub-commands, each imported when it is needed."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module = "importing" if cmd_name == "import" else cmd_name  # a word of the language is no module's name
        command = importlib.import_module(f"deploy.commands.{module}").command
        assert isinstance(command, click.Command)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, message="dondoc %(version)s")
def cli() -> None:
    """Đôn đốc keeps a government's communication plan on schedule."""


def main() -> None:
    """The console script. Errors that a person can mend are one line on standard error."""
    from shared.settings import SettingsError

    try:
        cli.main(standalone_mode=False)
    except click.exceptions.Abort:
        sys.exit(130)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except SettingsError as error:
        click.echo(f"dondoc: {error}", err=True)
        sys.exit(EX_CONFIG)
    except UnicodeError as error:
        click.echo(f"dondoc: text that is no Unicode: {error}", err=True)
        sys.exit(1)
    except BrokenPipeError:
        # Whoever read our output has seen enough.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except OSError as error:
        where = f"{error.filename}: " if error.filename is not None else ""
        click.echo(f"dondoc: {where}{error.strerror or error}", err=True)
        sys.exit(1)
    finally:
        # All goes with the process: looking through it for garbage at the end takes longer than most commands' work.
        gc.freeze()


if __name__ == "__main__":
    main()
