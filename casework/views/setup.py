"""Set-up of an empty instance: the kit, then the office. The token in the address is the only way in."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template, url_for

from casework.access import public
from casework.errors import AlreadyDone, Invalid, LinkSpent, WrongKit
from casework.presentation.locale import language
from casework.services import setup
from casework.services.setup import FirstPerson, Office
from casework.views.filling import filled, is_sent
from casework.views.linking import invitation_address
from forms.setup import OfficeForm
from models.enums import Role

blueprint = Blueprint("setup", __name__)
# In the order of the page: who signs first stands first.
PEOPLE = (Role.SECURITY_OFFICER, Role.TEAM_LEAD, Role.SYSTEM_ADMINISTRATOR, Role.AUDITOR)


@blueprint.get("/setup/<token>")
@public
def start(token: str) -> str:
    """Says what will happen; one button makes the kit."""
    setup.check_token(token)
    return render_template("setup/start.html", token=token)


@blueprint.post("/setup/<token>")
@public
def make_kit(token: str) -> str:
    """The kit, once: the shares stand in this answer and nowhere else."""
    try:
        kit = setup.make_kit(token)
    except AlreadyDone as late:
        raise LinkSpent from late
    return render_template("setup/kit.html", kit=kit, next_url=url_for("setup.office", token=token))


@blueprint.route("/setup/<token>/office", methods=["GET", "POST"])
@public
def office(token: str) -> Any:
    """Two shares typed back, the office and its first people; then the links of those who set no password."""
    setup.check_token(token)
    form = filled(OfficeForm)
    if is_sent(form):
        try:
            opened = setup.open_office(
                token, form.share_one.data or "", form.share_other.data or "", _office(form)
            )
        except Invalid as fault:
            form.take_faults(fault.faults)
        except WrongKit:
            form.take_faults({"kit": "kit"})
        except AlreadyDone as late:
            raise LinkSpent from late
        else:
            links = [(form[f"{role.value}_display_name"].data, role, link) for role, link in _links(opened)]
            return render_template("setup/done.html", links=links)
    return render_template("setup/office.html", form=form, token=token), 422 if form.errors else 200


def _office(form: OfficeForm) -> Office:
    def said(name: str) -> str:
        return str(form[name].data or "")

    people = {
        role: FirstPerson(
            said(f"{role.value}_username"), said(f"{role.value}_display_name"), said(f"{role.value}_password")
        )
        for role in PEOPLE
    }
    return Office(
        said("office_name"),
        said("team_name"),
        said("desk_name"),
        bool(form.small_office.data),
        people,
        language(),
    )


def _links(opened: setup.Opened) -> list[tuple[Role, str]]:
    return [(role, invitation_address(token)) for role, token in opened.links.items()]
