"""What a page has at hand for one request: `here: Annotated[Here, Depends(here)]`."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import Depends, HTTPException, Request
from fastapi.responses import HTMLResponse, RedirectResponse
from starlette.datastructures import FormData

from storage import access_log
from storage.accounts import Account, WebRole
from storage.ledger import Author, Ledger
from storage.queries import PatientRow, Reader
from storage.sessions import Session
from web import access, flash, forgery, frame, limits, pulse
from web.desk import Desk
from web.rendering import render
from workflow.pathway import Pathway
from workflow.site import Site
from workflow.vocabulary import Role

SAME_LOOK = timedelta(minutes=15)
"""A list is shown again after every click: not each time is a look of its own."""


@dataclass(kw_only=True)
class Here:
    """One request: who asks, when, and everything a page is made of."""

    request: Request
    desk: Desk
    now: datetime
    account: Account | None = None
    """Who is signed in; None only on the pages that are open to everybody."""
    session: Session | None = None
    before: str = ""
    """What the form for signing in is bound to."""
    fields: FormData = field(default_factory=FormData)
    """The form that was sent, its token checked. Empty for GET."""
    old_form: bool = False
    """Its token is of another session, or none of ours: nothing may be done with it."""

    @property
    def who(self) -> Account:
        """Who is signed in, where the table lets only people in who are."""
        assert self.account is not None
        return self.account

    @property
    def role(self) -> WebRole | None:
        """Their role."""
        return self.account.role if self.account else None

    @property
    def ledger(self) -> Ledger:
        """The writer."""
        return self.desk.ledger

    @property
    def reader(self) -> Reader:
        """The reader."""
        return self.desk.reader

    @property
    def pathway(self) -> Pathway:
        """The rules."""
        return self.desk.pathway

    @cached_property
    def site(self) -> Site:
        """The settings in force."""
        return self.reader.site()

    @cached_property
    def today(self) -> date:
        """The date at the site."""
        return self.site.today(self.now)

    @property
    def author(self) -> Author:
        """Who writes, for the ledger. An administrator decides for the site only; an auditor writes nothing."""
        role = self.who.role
        if role is WebRole.AUDITOR:
            raise HTTPException(403)
        return Author(by="administrator" if role is WebRole.ADMINISTRATOR else Role(role.value), user=self.who.id)

    @property
    def csrf(self) -> str:
        """The token that every form of this session carries."""
        bound = self.session.id if self.session else self.before
        return forgery.token(self.desk.form_key, bound)

    @property
    def key(self) -> str | None:
        """The idempotency key of the form (`{{ key_field() }}`), for the ledger: sent twice, it is done once."""
        given = self.fields.get("key")
        return f"{self.who.id}:{given}" if isinstance(given, str) and given else None

    @property
    def by_htmx(self) -> bool:
        """A part of the page is asked for, not the page."""
        return self.request.headers.get("hx-request") == "true"

    @cached_property
    def sees_options(self) -> bool:
        """Treatment options and prognosis may be shown."""
        return access.sees_options(self.role, self._opened)

    @property
    def _opened(self) -> bool:
        """The site lets coordinators see them too."""
        with self.desk.engine.connect() as connection:
            return limits.limits(connection).options_for_coordinators

    async def form(self) -> FormData:
        """The form that was sent. In plain `def` pages: `here.fields`."""
        return self.fields

    def may(self, route: str) -> bool:
        """Whether who is signed in may use a route, for what a page offers."""
        return access.may(self.role, route)

    def local(self, at: datetime) -> str:
        """A moment as the site's clocks show it."""
        return f"{at.astimezone(self.site.zone):%Y-%m-%d %H:%M}"

    def local_seconds(self, at: datetime) -> str:
        """The same, with seconds."""
        return f"{at.astimezone(self.site.zone):%Y-%m-%d %H:%M:%S}"

    def address(self, patient: str) -> str:
        """The address of a patient's page."""
        return f"/patients/{self.desk.handles.of(patient)}"

    def patient(self, handle: str, what: str = "") -> PatientRow:
        """The patient of an address; the look goes to the access log. Raises NotFound."""
        row = self.reader.patient(self.desk.handles.id_of(handle))
        self.note(what or self._route, [row.id])
        return row

    def saw(self, patients: Iterable[str], what: str = "") -> None:
        """Notes that a list showed these patients; shown again soon, it is the same look. `what`: else the route."""
        self.note(what or self._route, patients, unless_since=self.now - SAME_LOOK)

    @property
    def _route(self) -> str:
        return str(self.request.scope["route"].name)

    def note(self, what: str, patients: Iterable[str] = ("",), *, unless_since: datetime | None = None) -> None:
        """Writes into the access log what whoever is signed in did, once for each patient it was about."""
        assert self.session
        access_log.note(
            self.desk.engine, self.now, account=self.who.id, role=self.who.role.value, session=self.session.id,
            what=what, patients=patients, unless_since=unless_since,
        )  # fmt: skip

    def live(self, row: PatientRow | None = None) -> str:
        """What an open page asks by itself (`page(..., live=here.live(row))`): about a patient, or about the list."""
        path, by = self.request.app.url_path_for, urlencode({"opened_by": self.who.id})
        if row is None:
            return f"{path('live_worklist')}?pulse_seen={pulse.fresh(self.desk)}&{by}"
        return f"{path('live_patient', handle=self.desk.handles.of(row.id))}?version={row.version}&{by}"

    def tell(self, message: str, *, undo: str | None = None, fields: flash.Fields = ()) -> None:
        """What the next page says. `undo`: the address to which a form with these `fields` is posted to undo it."""
        assert self.session
        flash.put(self.desk.engine, self.session.id, flash.Flash(message, undo, fields))

    def page(self, template: str, *, status: int = 200, **context: Any) -> HTMLResponse:
        """A page, or a part of one."""
        return HTMLResponse(render(template, {**frame.of(self), **context}), status_code=status)

    def go(self, route: str, **params: Any) -> RedirectResponse:
        """To a page, after something was done."""
        return RedirectResponse(self.request.app.url_path_for(route, **params), status_code=303)


def here(request: Request) -> Here:
    """What the door has found out."""
    found: Here = request.state.here
    return found


Now = Annotated[Here, Depends(here)]
"""The type of a page's one argument: `def page(here: Now) -> HTMLResponse`."""
