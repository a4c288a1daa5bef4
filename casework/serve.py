"""`python -m casework.serve`: brings the database up to date, then keeps server and scheduler running.

This process opens no database and answers no request. It makes the boot secret, starts the two children
and restarts one that fails, within limits; it ends both when either cannot be kept up, and they end with
it. See `casework.boot` for the way the secret takes.
"""

from __future__ import annotations

import os
import sys
import traceback

import config
from casework import boot, children, listening
from casework.processes import run_forked, write_no_core_dumps

EXIT_FAULT = 1
EXIT_SETTINGS = 2
# Ctrl+C before the children were started; afterwards it is the ordinary way to stop.
EXIT_INTERRUPTED = 130

UPGRADE_CUT = "The upgrade of the database was cut off, so nothing was started."


def main() -> int:
    """Serves until a signal ends it; returns 0 then, 2 for faulty settings, 1 for any other fault."""
    write_no_core_dumps()
    try:
        settings = config.load(os.environ)
    except config.ConfigurationError as error:
        return _say(error.sentences, EXIT_SETTINGS)
    try:
        settings.instance_path.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        return _say([f"The folder {settings.instance_path} cannot be made: {error.strerror}."], EXIT_FAULT)
    try:
        with listening.only_server(settings.instance_path):
            listening.require_free(settings.host, settings.port)
            return _serve(settings)
    except listening.CannotListen as error:
        return _say([str(error)], EXIT_FAULT)
    except KeyboardInterrupt:
        return EXIT_INTERRUPTED


def _serve(settings: config.Settings) -> int:
    family = children.Family(children.programs(settings), boot.new_secret())
    with family:
        # The server loads its modules on one core while the database is looked at on the other.
        family.prepare()
        if code := run_forked(lambda: _upgrade(settings)):
            return code if code in (EXIT_FAULT, EXIT_SETTINGS) else _say([UPGRADE_CUT], EXIT_FAULT)
        family.start()
        if not family.wait_until(lambda: listening.answers(settings)):
            if family.told_to_stop:
                return 0
            return _say(["The server did not start; what it said stands above."], EXIT_FAULT)
        print(f"Casework is running at {settings.address} (stop with Ctrl+C)", flush=True)
        run_forked(lambda: _offer_setup(settings))
        fault = family.keep()
    return _say([fault], EXIT_FAULT) if fault else 0


def _upgrade(settings: config.Settings) -> int:
    try:
        from casework.migrating import upgrade

        upgrade(settings)
    except config.ConfigurationError as error:
        return _say(error.sentences, EXIT_SETTINGS)
    except Exception as error:  # noqa: BLE001 - the top of this process: whatever failed, nothing is served
        _explain("The database could not be brought up to date, so nothing was started", error, settings)
        return EXIT_FAULT
    return 0


def _offer_setup(settings: config.Settings) -> int:
    """Prints the one-time link by which an empty instance gets its first people."""
    try:
        from casework.factory import create_app
        from casework.services.setup import setup_link

        with create_app(settings).app_context():
            link = setup_link(settings)
    except Exception as error:  # noqa: BLE001 - the top of this process: the server itself is running
        _explain("The set-up link could not be made", error, settings)
        return EXIT_FAULT
    if link:
        print(f"This instance is empty. Set it up once with this link:\n  {link}", flush=True)
    return 0


def _explain(sentence: str, error: Exception, settings: config.Settings) -> None:
    """A live instance names the kind of the error only: its text may quote what was being stored."""
    if settings.kind == "live":
        print(f"{sentence}: {type(error).__name__}.", file=sys.stderr)
    else:
        traceback.print_exception(error)
        print(f"{sentence}.", file=sys.stderr)


def _say(sentences: list[str], code: int) -> int:
    print(*sentences, sep="\n", file=sys.stderr, flush=True)
    return code


if __name__ == "__main__":
    sys.exit(main())
