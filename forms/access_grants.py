"""What the parts of a case are called where somebody is given some of them."""

from __future__ import annotations

from forms.base import _
from models.enums import CompartmentKind

PART_NAMES: dict[CompartmentKind, str] = {
    CompartmentKind.CONTACT: _("安全联系卡"),
    CompartmentKind.IDENTITY: _("身份信息"),
    CompartmentKind.ACCOUNT: _("经过与办理"),
    CompartmentKind.LEGAL: _("法律文书"),
}
