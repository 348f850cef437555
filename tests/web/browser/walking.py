"""Takes the steps of a story at the desk, and reads from the page what came of each."""

import re
from collections.abc import Callable
from datetime import date
from typing import Any

from playwright.sync_api import Locator, Page, expect

from cli.stories.format import Step, Story
from cli.stories.player import COORDINATOR, Player
from scheduler.tick import tick
from storage import accounts
from storage.ledger import Ledger
from tests.web.browser.hands import Hand
from tests.web.browser.served import LOCAL
from tests.web.clinic import PASSWORD, Clinic
from tests.web.test_stories import people
from web import passwords
from web.forms.fields import fields_of
from web.forms.typed import typed_from
from web.forms.words import title
from workflow.acts import ACTS
from workflow.records import KINDS
from workflow.vocabulary import Role, State


class Walk:
    """People at a desk on whose screen a story happens."""

    def __init__(self, ledger: Ledger, story: Story) -> None:
        self.player = Player(ledger, story)
        self.story, self.ledger, self.pathway = story, ledger, ledger.pathway
        self.clinic = Clinic(ledger=ledger, now=self.player.start, secure=False, hosts=LOCAL)
        self.ids: dict[str, str] = {}
        """Of entries, as the story spells them, with their own."""
        site = {key: None if value is None else str(value) for key, value in story.site.items()}
        ledger.set_site(site, now=self.player.start, author=COORDINATOR)
        kept = passwords.hashed(PASSWORD)
        for id, role in {**dict(people(story)), COORDINATOR.user: Role.COORDINATOR}.items():
            accounts.add(ledger.engine, id=id, name=id, role=accounts.WebRole(role.value), password=kept,
                         now=self.player.start)  # fmt: skip
            accounts.set_password(ledger.engine, id, kept, self.player.start, must_change=False)
        self.hand: Hand

    @property
    def page(self) -> Page:
        """The tab."""
        return self.hand.page

    # ---- what people do ----

    def sign_in(self, user: str) -> None:
        """As somebody else than before, or because the session has ended meanwhile."""
        menu = self.page.locator("header details.menu > summary")
        if menu.count() and menu.inner_text().endswith(user):
            return
        if menu.count():
            self.hand.press(menu)
            self.hand.press(self.page.get_by_role("button", name="Sign out"))
        self.hand.write(self.page.get_by_label("User name"), user)
        self.hand.write(self.page.get_by_label("Password"), PASSWORD)
        self.hand.press(self.page.get_by_role("button", name="Sign in"))
        expect(menu).to_have_text(re.compile(user))

    def register(self) -> None:
        """The coordinator enters who was referred."""
        self.page.goto("/")
        self.sign_in(COORDINATOR.user)
        self.hand.press(self.page.get_by_role("link", name="New patient").first)
        for name, value in self.story.patient.model_dump(exclude_unset=True).items():
            self._fill(self.page.locator(f'main [name="{name}"]'), str(value))
        self.hand.press(self.page.get_by_role("button", name="Register"))
        expect(self.page.locator(".who")).to_contain_text(self.story.patient.id)

    def take(self, step: Step) -> None:
        """One step of the story."""
        self.clinic.now = self.player.moment(step)
        if step.tick:
            tick(self.ledger, self.clinic.now)
            self.find(f"{Role.CLINICIAN.value}-1")
            return
        self.find(step.user or f"{step.by.value}-1")
        before = self._version
        self._open(step)
        form = self.page.locator("#sheet")
        for name, value in self._typed(step).items():
            for one in [value] if isinstance(value, str) else value:
                self._fill(form.locator(f'[name="{name}"]'), one)
        self.hand.press(form.get_by_role("button", name="Preview what follows"))
        self._previewed(step)
        assert self._version == before, "a preview saves nothing"
        self.hand.press(form.locator('[name="go"][value="save"]'))
        self._answered(step)

    def find(self, user: str) -> None:
        """Goes to the patient's page by the search."""
        self.page.goto("/")
        self.sign_in(user)
        self.hand.search(self.story.patient.id)
        self.hand.press(self.page.locator("table.hits tbody a"))
        expect(self.page.locator(".who")).to_contain_text(self.story.patient.id)

    def _open(self, step: Step) -> None:
        if step.amend:
            entry = self.page.locator(".entry", has_text=self.ids[step.amend]).first
            self.hand.press(entry.get_by_role("link", name="Amend"))
        else:
            way = "record" if step.record else "do"
            link = self.page.locator(f'main a[href$="/{way}/{step.object}"]')
            self.hand.press(link.filter(visible=True).first)

    def _typed(self, step: Step) -> dict[str, str | tuple[str, ...]]:
        name = step.object
        if step.amend:
            name = self.player.reader.chart(self.player.patient).entries[self.ids[step.amend]].name
        act = ACTS.get(name)
        kind: Any = KINDS.get(name) or (act.fields if act else None)
        given = {field: value for field, value in step.fields.items() if field != "id"}
        typed = typed_from(fields_of(name, kind), given, self.player.zone)
        return {**({"on": step.on} if step.on else {}), **typed, **({"reason": step.reason} if step.reason else {})}

    def _fill(self, field: Locator, text: str) -> None:
        kind = field.first.evaluate("(one) => one.localName === 'select' ? 'select' : one.type")
        if kind == "select":
            self.hand.choose(field, text)
        elif kind in ("radio", "checkbox"):
            self.hand.pick(field.and_(self.page.locator(f'[value="{text}"]')))
        else:
            self.hand.write(field, text)

    @property
    def _version(self) -> int:
        """Of the patient: the number of the last entry."""
        return self.player.reader.patient(self.player.patient).version

    # ---- what the page says ----

    def _previewed(self, step: Step) -> None:
        says = "This would be refused" if step.refused_by else "What would follow: nothing is saved yet"
        expect(self.page.get_by_role("heading", name=says)).to_be_visible()

    def _answered(self, step: Step) -> None:
        if not step.refused_by:
            expect(self.page.locator("#flash")).to_contain_text("Saved:")
            if "id" in step.fields:
                self.ids[step.fields["id"]] = self.player.reader.timeline(self.player.patient)[-1].id
            return
        alert = self.page.get_by_role("alert").filter(has_text="Refused: nothing changed")
        expect(alert).to_be_focused()
        expect(alert.locator(".blocker .head strong")).to_have_text([title(name) for name in step.refused_by])
        for part in step.expect.says:
            expect(alert).to_contain_text(part)
        self.hand.press(self.page.get_by_role("link", name="Back to the patient"))
        expect(self.page.locator("#tasks")).to_be_visible()

    def seen(self, step: Step) -> dict[str, Any]:
        """What the patient's page says of all that the step expects, in the words of the story."""
        readers: dict[str, Callable[[Any], Any]] = {
            "state": self._state, "open": self._open_tasks, "overdue": self._overdue, "done": self._done,
            "tracks": self._tracks, "options": self._options,
        }  # fmt: skip
        expected = step.expect.model_dump(exclude_unset=True)
        return {what: readers[what](value) if what in readers else value for what, value in expected.items()}

    def _state(self, _: str) -> str:
        said = self.page.locator(".who .state").inner_text().partition(" since ")[0].casefold()
        return next(state.value for state in State if state.title.casefold() == said)

    def _task(self, name: str) -> Locator:
        exact = re.compile(rf"^{re.escape(self.pathway.tasks[name].title)}$")
        return self.page.locator("table.tasks tbody tr").filter(has=self.page.locator("strong", has_text=exact))

    def _open_tasks(self, wanted: dict[str, Any]) -> dict[str, Any]:
        found = {name: self._task(name).locator('[data-label="Window"] .nowrap') for name in wanted}
        return {name: date.fromisoformat(window.inner_text()) for name, window in found.items()}

    def _overdue(self, wanted: list[str]) -> list[str]:
        return [name for name in wanted if re.search(r"days? late", self._task(name).inner_text())]

    def _done(self, wanted: list[str]) -> list[str]:
        """It has gone from the list, and the newest entry says so."""
        newest = self.page.locator(".entry").first.inner_text()
        titles = {name: self.pathway.tasks[name].title for name in wanted}
        return [name for name in wanted if not self._task(name).count() and f"completed {titles[name]}" in newest]

    def _tracks(self, wanted: dict[str, Any]) -> dict[str, Any]:
        chips = dict(chip.split(": ") for chip in self.page.locator(".tracks .chip").all_inner_texts())
        return {name: chips[title(name).casefold()] for name in wanted}

    def _options(self, wanted: list[str]) -> list[str]:
        links = self.page.locator(".suggested li > a").evaluate_all("(all) => all.map((one) => one.href)")
        return [str(link).rpartition("/")[2].partition("?")[0] for link in links][: len(wanted)]
