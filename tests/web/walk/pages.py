"""Every page there is, and how to come to it.

`PAGES` has each page by an example of its address, where ``{name}`` is one of the
facts of the house. `NO_PAGES` has what answers GET with something else.
"""

from dataclasses import dataclass, field
from typing import Final


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """A form of a page, filled in and sent."""

    to: str
    """How the address ends that it goes to."""

    fields: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Stop:
    """A page on the walk."""

    route: str
    address: str
    who: str = "nobody"
    sends: Sent | None = None
    """The form that leads to it; None: its address does."""

    status: int = 200

    @property
    def public(self) -> bool:
        """Whether anybody may read it, who may have no JavaScript."""
        return not self.address.startswith("/desk")


def _public(*addresses: tuple[str, str]) -> tuple[Stop, ...]:
    return tuple(Stop(route, address) for route, address in addresses)


def _desk(who: str, *addresses: tuple[str, str]) -> tuple[Stop, ...]:
    return tuple(
        Stop(f"/desk{route}", f"/desk{address}", who) for route, address in addresses
    )


_N: Final = "/notices/{slug}"
_OPINION: Final = {"text": "路灯坏了三个月，请尽快修好。", "consent": "yes"}
_KEY: Final = {"number": "{number}", "code": "{code}"}

PAGES: Final = (
    *_public(
        ("/", "/"),
        ("/", "/?q=nothing"),
        ("/notices", "/notices"),
        (_N, _N),
        (_N, f"{_N}?q=停车"),
        (_N, f"{_N}?q=nothing"),
        (_N, "/notices/{closed}"),
        (_N, "/notices/{soon}"),
        (f"{_N}/sections/{{path}}", f"{_N}/sections/2.1"),
        (f"{_N}/sections/{{path}}", f"{_N}/sections/{{path}}"),
        (f"{_N}/sections/{{path}}", "/notices/{closed}/sections/{path}"),
        (f"{_N}/sections/{{path}}", "/notices/{soon}/sections/{path}"),
        (f"{_N}/sections/{{path}}/follow", f"{_N}/sections/{{path}}/follow"),
        (f"{_N}/versions", f"{_N}/versions"),
        (f"{_N}/versions/{{number}}", f"{_N}/versions/1"),
        (f"{_N}/changes", f"{_N}/changes?since=1&upto=2"),
        (f"{_N}/board", f"{_N}/board"),
        (f"{_N}/write", f"{_N}/write?section={{path}}"),
        (f"{_N}/write", "/notices/{closed}/write"),
        (f"{_N}/write", "/notices/{soon}/write"),
        ("/answers", "/answers"),
        ("/answers", "/answers?q=nothing"),
        ("/answers/{name}", "/answers/{answer}"),
        ("/privacy", "/privacy"),
        ("/privacy/{version}", "/privacy/2026-11"),
        ("/data", "/data"),
        ("/api/docs", "/api/docs"),
        ("/track", "/track"),
        ("/track/lost", "/track/lost"),
        ("/track/renew", "/track/renew"),
        ("/following/confirm/{token}", "/following/confirm/{confirm}"),
        ("/not-me/{token}", "/not-me/{not_me}"),
    ),
    Stop("/following/end/{token}", "/following/end/nobody", status=404),
    Stop("/answers/{name}", "/answers/nothing", status=404),
    Stop("error", "/nowhere", status=404),
    Stop(
        f"{_N}/write", f"{_N}/write", status=422,
        sends=Sent(to="/write", fields={"text": "", "email": "no address"}),
    ),
    Stop(
        f"{_N}/write", f"{_N}/write", status=201,
        sends=Sent(to="/write", fields=_OPINION),
    ),
    Stop(
        f"{_N}/sections/{{path}}/follow", f"{_N}/sections/{{path}}/follow", status=422,
        sends=Sent(to="/follow", fields={"email": "no address"}),
    ),
    Stop(
        f"{_N}/sections/{{path}}/follow", f"{_N}/sections/{{path}}/follow",
        sends=Sent(to="/follow", fields={"email": "somebody@example.org"}),
    ),
    Stop("/track", "/track", sends=Sent(to="/track", fields=_KEY)),
    Stop(
        "/track", "/track", status=422,
        sends=Sent(to="/track", fields={"number": "1", "code": "2"}),
    ),
    Stop(
        "/track/lost", "/track/lost",
        sends=Sent(to="/lost", fields={"email": "somebody@example.org"}),
    ),
    Stop("/desk/sign-in", "/desk/sign-in"),
    Stop(
        "/desk/sign-in", "/desk/sign-in", status=401,
        sends=Sent(to="/sign-in", fields={"user_name": "who", "password": "wrong"}),
    ),
    Stop(
        "/desk/sign-in/second", "/desk/sign-in",
        sends=Sent(
            to="/sign-in",
            fields={"user_name": "careful", "password": "kettle window barley"},
        ),
    ),
    Stop("/desk/sign-in/provider/back", "/desk/sign-in/provider/back", status=403),
    Stop("/desk/invited", "/desk/invited?token={invited}"),
    Stop("/desk/invited", "/desk/invited?token=none", status=404),
    *_desk("newcomer", ("/account/codes", "/account/codes")),
    *_desk("officer", ("/cases", "/cases"), ("/cases/{number}", "/cases/{local}")),
    *_desk("auditor", ("/cases", "/cases"), ("/cases/{number}", "/cases/{number}")),
    *_desk(
        "administrator",
        ("", ""),
        ("/cases", "/cases"),
        ("/cases", "/cases?q=路灯"),
        ("/cases", "/cases?q=nothing"),
        ("/next", "/next"),
        ("/cases/{number}", "/cases/{number}"),
        ("/cases/{number}", "/cases/{case}"),
        ("/cases/{number}", "/cases/{fresh}"),
        ("/cases/{number}", "/cases/{filed}"),
        ("/cases/{number}", "/cases/{restricted}"),
        ("/cases/{number}", "/cases/{two_matters}"),
        ("/cases/{number}", "/cases/{alike}"),
        ("/cases/{number}/campaign", "/cases/{alike}/campaign"),
        ("/cases/{number}/publish", "/cases/{number}/publish"),
        ("/cases/{number}/letter", "/cases/{filed}/letter"),
        (
            "/cases/{number}/files/{attachment_id}/look",
            "/cases/{filed}/files/{picture}/look",
        ),
        (
            "/cases/{number}/files/{attachment_id}/look",
            "/cases/{filed}/files/{text_file}/look",
        ),
        (
            "/cases/{number}/reply-files/{file_id}/look",
            "/cases/{case}/reply-files/{key}/look",
        ),
        ("/cases/{number}/notes/{note_id}", "/cases/{case}/notes/{key}"),
        ("/held", "/held"),
        ("/held/next", "/held/next"),
        ("/held/discarded", "/held/discarded"),
        ("/held/refused", "/held/refused"),
        ("/held/many", "/held/many?arrival={arrival_id}"),
        ("/held/{arrival_id}", "/held/{arrival_id}"),
        ("/enter", "/enter"),
        ("/outbox", "/outbox"),
        ("/arrivals", "/arrivals"),
        ("/audit", "/audit"),
        ("/mailboxes", "/mailboxes"),
        ("/model", "/model"),
        ("/wordings", "/wordings"),
        ("/wordings/{purpose}/{in_language}", "/wordings/answer/zh"),
        ("/campaigns", "/campaigns"),
        ("/routing", "/routing"),
        ("/routing/names", "/routing/names"),
        ("/hot", "/hot"),
        ("/topics", "/topics"),
        ("/topics/{name}", "/topics/parking"),
        ("/figures", "/figures"),
        ("/figures/report", "/figures/report"),
        ("/board", "/board"),
        ("/docket", "/docket"),
        ("/approvals", "/approvals"),
        ("/approvals/{key}", "/approvals/{key}"),
        ("/countersigning", "/countersigning"),
        ("/drafts", "/drafts"),
        ("/templates", "/templates"),
        ("/templates/new", "/templates/new"),
        ("/templates/{key}", "/templates/{key}"),
        ("/supervision", "/supervision"),
        ("/calendar", "/calendar"),
        ("/policies", "/policies"),
        ("/password", "/password"),
        ("/confirm", "/confirm"),
        ("/account", "/account"),
        ("/people", "/people"),
        ("/people/invitations", "/people/invitations"),
        ("/people/{staff_id}", "/people/{staff_id}"),
        ("/progress", "/progress"),
        ("/views", "/views"),
        ("/many", "/many?step=assign&case={fresh}"),
        ("/many", "/many?step=close&case={fresh}&case={case}&disposition=referred"),
        ("/many/{batch_id}", "/many/{batch}"),
        ("/disputes", "/disputes"),
        ("/liaisons", "/liaisons"),
        ("/administration", "/administration"),
        ("/notices", "/notices"),
        ("/notices/new", "/notices/new"),
        ("/notices/{slug}", "/notices/{slug}"),
        ("/notices/{slug}/text", "/notices/{slug}/text"),
        ("/offices", "/offices"),
        ("/features", "/features"),
        ("/imports", "/imports"),
        ("/imports/{import_id}", "/imports/{import_ready}"),
        ("/imports/{import_id}", "/imports/{import_checked}?checked=true"),
        ("/imports/{import_id}", "/imports/{import_running}"),
        ("/imports/{import_id}", "/imports/{import_done}"),
        ("/mailboxes/new", "/mailboxes/new"),
        ("/mailboxes/{key}", "/mailboxes/{mailbox}"),
    ),
    Stop(
        "/desk/templates/new", "/desk/templates/new", "administrator", status=422,
        sends=Sent(to="/templates/new", fields={"do": "save", "body": "{{x}}"}),
    ),
    Stop(
        "/desk/cases/{number}", "/desk/cases/{fresh}", "administrator", status=409,
        sends=Sent(to="/answer", fields={"text": "已报修。", "revision": "0"}),
    ),
    Stop(
        "/desk/cases/{number}", "/desk/cases/{fresh}", "administrator", status=422,
        sends=Sent(to="/split", fields={"section": ""}),
    ),
    Stop("desk error", "/desk/cases/nothing", "administrator", status=404),
    Stop("desk error", "/desk/audit", "clerk", status=403),
)  # fmt: skip

_OPEN_DATA: Final = ("items.csv", "items.json", "answers.csv", "answers.json")

NO_PAGES: Final = frozenset(
    {
        "/api/openapi.json",
        "/healthz",
        "/readyz",
        "/robots.txt",
        "/api/v1/opinions/{receipt_number}",
        "/api/v1/notices",
        "/api/v1/notices/{slug}",
        "/api/v1/notices/{slug}/sections",
        "/api/v1/notices/{slug}/sections/{path}",
        "/notices/{slug}.txt",
        "/notices/{slug}/sections/{path}.txt",
        "/feeds/{what}",
        "/feeds/{what}/{slug}",
        "/feeds/{what}/{slug}/{path}",
        *(f"/data/{name}" for name in _OPEN_DATA),
        "/open311/v2/tokens/{word}",
        "/open311/v2/requests.{form}",
        "/open311/v2/requests/{word}",
        "/open311/v2/discovery.{form}",
        "/open311/v2/services.{form}",
        "/open311/v2/services/{word}",
        "/desk/held/{arrival_id}/page",  # a letter in a frame, as its writer made it
        "/desk/held/{arrival_id}/files/{place}",
        "/desk/held/{arrival_id}/original",
        "/desk/cases/{number}/files/{attachment_id}",
        "/desk/cases/{number}/files/{attachment_id}/content",
        "/desk/cases/{number}/reply-files/{file_id}",
        "/desk/cases/{number}/reply-files/{file_id}/content",
        "/desk/cases/{number}/original",
        "/desk/cases/{number}/letter/page",
        "/desk/routing/table.csv",
        "/desk/figures/report.xlsx",
        "/desk/imports/{import_id}/report.csv",
    }
)
"""What answers with a file, a feed, data, or a stranger's page."""
