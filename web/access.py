"""Who may do and see what: the one table. A route that is not in it keeps the server from starting.

Pages ask `Here.sees_options` for what only clinicians read (treatment options, prognosis): see `sees_options` below.
"""

from collections.abc import Mapping
from typing import Final

from storage.accounts import WebRole

Roles = frozenset[WebRole]

PUBLIC: Final[Roles | None] = None
"""Also without signing in."""
ALL: Final = frozenset(WebRole)
CARE: Final = frozenset({WebRole.COORDINATOR, WebRole.CLINICIAN})
"""Those who look after patients. Only they write clinical entries."""
READERS: Final = CARE | {WebRole.AUDITOR}
"""Who sees patients: those who care, and auditors, who change nothing."""
ADMINISTRATORS: Final = frozenset({WebRole.ADMINISTRATOR})
AUDITORS: Final = frozenset({WebRole.AUDITOR})
CLINICIANS: Final = frozenset({WebRole.CLINICIAN})
OVERSIGHT: Final = ADMINISTRATORS | AUDITORS
"""Those who watch over the installation."""

ROUTES: Final[Mapping[str, Roles | None]] = {
    # the building itself
    "static": PUBLIC,
    "icon": PUBLIC,
    "healthz": PUBLIC,
    "readyz": PUBLIC,
    "calendar": PUBLIC,  # the secret in the address is the key
    # one's own account
    "login": PUBLIC,
    "sign_in": PUBLIC,
    "logout": ALL,
    "home": ALL,
    "own_account": ALL,
    "password": ALL,
    "change_password": ALL,
    "end_session": ALL,
    "end_other_sessions": ALL,
    "new_calendar": ALL,
    "revoke_calendar": ALL,
    # other people's accounts
    "accounts": ADMINISTRATORS,
    "add_account": ADMINISTRATORS,
    "account": ADMINISTRATORS,
    "new_password": ADMINISTRATORS,
    "change_role": ADMINISTRATORS,
    "revoke_account": ADMINISTRATORS,
    "restore_account": ADMINISTRATORS,
    "end_sessions_of": ADMINISTRATORS,
    # who looked at whom
    "access_log": AUDITORS,
    "search_access_log": AUDITORS,
    # what an open page asks for by itself
    "live_patient": READERS,
    "live_worklist": READERS,
    # lists
    "worklist": READERS,
    "worklist_csv": READERS,
    "act_on_task": CARE,
    "task_form": CARE,
    "undo_tasks": CARE,
    "search_form": READERS,
    "search": READERS,
    "board": READERS,
    "board_pages": READERS,
    "board_page": READERS,
    "forecast": READERS,
    "patient_forecast": READERS,
    # patients who come
    "new_patient": CARE,
    "register_patient": CARE,
    "who": CARE,
    "change_who": CARE,
    "adopt_form": CLINICIANS,
    "adopt": CLINICIANS,
    "import_form": CARE,
    "import_template": CARE,
    "import_upload": CARE,
    "import_status": CARE,
    "import_enter": CARE,
    "import_rejected": CARE,
    "import_forget": CARE,
    # one patient
    "patient": READERS,
    "patient_picture": READERS,
    "record_form": CARE,
    "record": CARE,
    "act_form": CARE,
    "act": CARE,
    "amend_form": CARE,
    "amend": CARE,
    "retract_form": CARE,
    "retract": CARE,
    "override_form": CLINICIANS,
    "override": CLINICIANS,
    # the pathway and the site
    "pathway": ALL,
    "pathway_picture": ALL,
    "rules": ALL,
    "rule": ALL,
    "sign_rule": CLINICIANS,
    "settings": ALL,
    "decisions": ALL,
    "setting": ALL,
    "set_setting": ADMINISTRATORS,
    "reports": ALL,
    # messages
    "people": OVERSIGHT,
    "person": OVERSIGHT,
    "add_person": ADMINISTRATORS,
    "change_person": ADMINISTRATORS,
    "person_away": ADMINISTRATORS,
    "remove_person": ADMINISTRATORS,
    "policies": OVERSIGHT,
    "decide_policies": ADMINISTRATORS,
    "outbox": OVERSIGHT,
    "retry_messages": ADMINISTRATORS,
    # the API: as the pages
    "api.me": ALL,
    "api.openapi": ALL,
    "api.manual": ALL,
    "api.worklist": READERS,
    "api.patients": READERS,
    "api.search": READERS,
    "api.patient": READERS,
    "api.timeline": READERS,
    "api.tasks": READERS,
    "api.acts": READERS,
    "api.options": READERS,
    "api.patient_forecast": READERS,
    "api.forecast": READERS,
    "api.register": CARE,
    "api.person": CARE,
    "api.enter": CARE,
    "api.amend": CARE,
    "api.retract": CARE,
    "api.task_act": CARE,
    "api.pathway": ALL,
    "api.rules": ALL,
    "api.rule": ALL,
    "api.sign": CLINICIANS,
    "api.settings": ALL,
    "api.setting": ALL,
    "api.decisions": ALL,
    "api.set": ADMINISTRATORS,
}
"""By the name of the route. GET and POST of one address have two names."""


def may(role: WebRole | None, route: str) -> bool:
    """Whether a role may use a route; None: nobody is signed in. A route that is not in the table is for nobody."""
    if route not in ROUTES:
        return False
    allowed = ROUTES[route]
    return allowed is None or role in allowed


def with_first_password(route: str) -> bool:
    """What someone may do whose password was given to them by somebody else: choose one of their own, or leave."""
    return ROUTES[route] is PUBLIC or route in {"logout", "password", "change_password"}


def sees_options(role: WebRole | None, opened_to_coordinators: bool) -> bool:
    """Treatment options, what blocks treatment decisions, and prognosis: for clinicians and auditors; for coordinators
    where the site has decided so."""
    return role in CLINICIANS | AUDITORS or (opened_to_coordinators and role is WebRole.COORDINATOR)
