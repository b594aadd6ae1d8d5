"""The ``huiyin`` command: one word for each thing that the office does from a shell.

Results go to standard output, complaints to standard error, one line each. The exit
code is 0 when all went well, 1 when some of it did not, and 2 when nothing was done.
"""

from typing import Final

from app import __version__
from app.cli.lazy import Command, LazyGroup, Office

_NOTICE: Final = (
    Command("outline", "app.cli.outline:outline", "Print the outline of a notice."),
    Command("import", "app.cli.notice:import_notice", "Store a notice as a draft."),
    Command("publish", "app.cli.notice:publish", "Let the public read a notice."),
    Command("list", "app.cli.notice:list_notices", "List all notices."),
)
_MAIL: Final = (
    Command("receive", "app.cli.receive:receive", "Take one letter from a pipe."),
    Command("post", "app.cli.post:post", "Send one letter to a Huiyin elsewhere."),
    Command("import", "app.cli.archive:import_mail", "Take letters from files."),
    Command("parse", "app.cli.letter:parse", "Print what is understood of a letter."),
    Command("check", "app.cli.check_mail:check_mail", "Say how well letters are read."),
    Command("fates", "app.cli.archive:fates", "Count what became of all letters."),
)
_MAILBOX: Final = (
    Command("add", "app.cli.mailbox:add", "Have a mailbox read."),
    Command("secret", "app.cli.mailbox:secret", "Give it a new password or token."),
    Command("list", "app.cli.mailbox:list_mailboxes", "List them with their state."),
    Command("test", "app.cli.mailbox:test", "Open one, and say how that went."),
    Command("enable", "app.cli.mailbox:enable", "Have it read again."),
    Command("disable", "app.cli.mailbox:disable", "Have it read no more."),
    Command("remove", "app.cli.mailbox:remove", "Forget it; its letters remain."),
)
_MODEL: Final = (
    Command("list", "app.cli.model:list_models", "List what was learned."),
    Command("train", "app.cli.model:train", "Learn from what was confirmed, now."),
    Command("use", "app.cli.model:use", "Choose a model, or go back to one."),
)
_STAFF: Final = (
    Command("add", "app.cli.staff:add_staff", "Set up an account."),
    Command("reset", "app.cli.staff:reset_password", "Give a new one-time password."),
    Command("list", "app.cli.staff:list_staff", "List the accounts."),
)
_OFFICE: Final = (
    Command("add", "app.cli.staff:add_office", "Set up an office."),
    Command(
        "reports", "app.cli.staff:send_reports", "Send reports of wrongdoing there."
    ),
    Command("list", "app.cli.staff:list_offices", "List the offices."),
)
_KEY: Final = (
    Command("add", "app.cli.key:add", "Let another system send opinions in."),
    Command("revoke", "app.cli.key:revoke", "Take its key out of use."),
    Command("list", "app.cli.key:list_keys", "List the systems that have keys."),
)
_DATABASE: Final = (
    Command("upgrade", "app.cli.database:upgrade", "Bring the tables up to date."),
    Command("downgrade", "app.cli.database:downgrade", "Take the tables back."),
)

huiyin = Office(
    "huiyin",
    [
        Command("serve", "app.cli.serve:serve", "Run the service."),
        Command(
            "classify", "app.cli.classify:classify", "Say what opinions are about."
        ),
        Command(
            "topics", "app.cli.topics:topics", "Find what many opinions are about."
        ),
        Command("check", "app.cli.check:check", "Say whether the service is well."),
        Command("settings", "app.cli.settings:settings", "Print all settings."),
    ],
    help="Huiyin (回音): leads the public's opinions on a notice to an answer.",
    version=__version__,
)
huiyin.add_command(LazyGroup("notice", _NOTICE, help="Notices: outline to public."))
huiyin.add_command(LazyGroup("mail", _MAIL, help="Letters that come in."))
huiyin.add_command(LazyGroup("mailbox", _MAILBOX, help="Mailboxes that are read."))
huiyin.add_command(LazyGroup("model", _MODEL, help="What is learned from clerks."))
huiyin.add_command(LazyGroup("staff", _STAFF, help="Accounts of the staff."))
huiyin.add_command(LazyGroup("office", _OFFICE, help="Offices that answer."))
huiyin.add_command(LazyGroup("key", _KEY, help="Keys of other systems (Open311)."))
huiyin.add_command(LazyGroup("database", _DATABASE, help="The database's tables."))


def main() -> None:
    """Run the command that the shell asks for."""
    huiyin(prog_name="huiyin")
