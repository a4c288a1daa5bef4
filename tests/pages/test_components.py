"""Every component in both languages, and what the frame promises of each page."""

from __future__ import annotations

import pytest

from tests.page import PageFault, Visitor, faults, words
from tests.pages.gallery_app import Gallery, Reader, build

PAGES = ("/", "/?open=1", "/form", "/cases/index", "/paper")
ERRORS = ("not_found", "too_large", "too_many", "busy", "full_disk", "unexpected", "stale_form", "gone_link")


@pytest.fixture
def site() -> tuple[Visitor, Gallery]:
    app, gallery = build()
    return Visitor(app), gallery


def english() -> tuple[Visitor, Gallery]:
    app, gallery = build()
    return Visitor(app, "en"), gallery


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("address", PAGES)
def test_every_component_passes_inspection(address: str, language: str) -> None:
    app, _gallery = build()
    Visitor(app, language).get(address)


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("name", ERRORS)
@pytest.mark.parametrize("signed_in", [True, False])
def test_an_error_says_three_things_with_and_without_a_reader(
    name: str, language: str, signed_in: bool
) -> None:
    app, gallery = build()
    gallery.reader = Reader() if signed_in else None
    page = Visitor(app, language).get(f"/errors/{name}")
    assert len(page.soup.select("dl.what-now > dt")) == len(page.soup.select("dl.what-now > dd")) == 3


@pytest.mark.parametrize("name", ["busy", "full_disk", "unexpected"])
def test_an_error_of_the_database_draws_no_rail(name: str, site: tuple[Visitor, Gallery]) -> None:
    assert site[0].get(f"/errors/{name}").soup.select(".rail") == []


def test_a_wrong_form_keeps_what_was_typed_and_leads_to_each_fault(site: tuple[Visitor, Gallery]) -> None:
    visitor, _gallery = site
    visitor.get("/form")
    page = visitor.submit(
        "保存并完成", {"phone": "138000000000", "reason": "想尽快见到孩子", "violence": ["mind"]}, 422
    )
    assert page.errors == ["今日：请填写这一项", "来电：最多 11 个字", "进度：请从列出的选项里选"]
    assert words(page.one("#reason")) == "想尽快见到孩子"
    assert page.one("#phone")["value"] == "138000000000"
    assert [it["value"] for it in page.soup.select("input[name=violence][checked]")] == ["mind"]
    assert page.one("#secret").get("value") in (None, "")
    assert page.one("#sent")["aria-describedby"] == "sent-error"


def test_forms_speak_english_without_knowing_it() -> None:
    visitor, _gallery = english()
    visitor.get("/form")
    page = visitor.submit("Save and finish", {"phone": "138000000000"}, 422)
    assert page.errors[:2] == ["Today: Fill this in", "Calls: At most 11 characters"]


def test_a_right_form_arrives_with_every_kind_of_field(site: tuple[Visitor, Gallery]) -> None:
    visitor, gallery = site
    visitor.get("/form")
    sent = {
        "sent": "2026-11-24",
        "consent": "no",
        "violence": ["body", "money"],
        "told": "y",
        "reason": "她同意",
    }
    page = visitor.submit("存草稿", sent)
    assert page.flashes == ["已送出。"]
    posted = gallery.posts[-1][1]
    assert posted["violence"] == ["body", "money"]
    assert (posted["consent"], posted["next"], posted["version"]) == (["no"], ["draft"], ["3"])


def test_the_stale_form_sends_again_what_was_typed(site: tuple[Visitor, Gallery]) -> None:
    visitor, _gallery = site
    visitor.get("/errors/stale_form")
    page = visitor.submit("再次送出", status=422)
    assert "她想尽快见到孩子" in page.main


def test_a_value_without_a_key_is_a_lock_and_never_its_absence(site: tuple[Visitor, Gallery]) -> None:
    page = site[0].get("/")
    assert words(page.one(".facts .locked")) == "姓名"
    assert page.one(".facts .locked .icon") is not None


def test_a_shut_card_holds_no_number_and_opens_by_post(site: tuple[Visitor, Gallery]) -> None:
    page = site[0].get("/")
    assert page.soup.select("a[href^='tel:']") == []
    assert page.one("#safe-card form")["method"] == "post"
    assert len(site[0].get("/?open=1").soup.select("#safe-card a[href^='tel:']")) == 1


def test_a_hidden_figure_is_neither_drawn_nor_written(site: tuple[Visitor, Gallery]) -> None:
    page = site[0].get("/")
    line, bars = page.soup.select("svg.chart")
    assert len(line.select("circle")) == len(bars.select("rect")) == 9
    assert len(line.select("polyline")) == 3
    assert "少于5" in page.rows()[3]


def test_the_rail_follows_the_roles_and_marks_where_one_is(site: tuple[Visitor, Gallery]) -> None:
    visitor, gallery = site
    gallery.reader = Reader(role_set=("hotline_operator",))
    page = visitor.get("/calls/index")
    assert [words(it) for it in page.soup.select(".rail-in > ul > li > a")] == ["接听", "来电", "我的账号"]
    assert [words(it) for it in page.soup.select(".rail-in > ul > li > [aria-current]")] == ["来电"]


def test_the_language_of_a_visitor_is_kept_and_her_own_choice_wins(site: tuple[Visitor, Gallery]) -> None:
    visitor, gallery = site
    gallery.reader = None
    visitor.get("/sign-in")
    assert visitor.submit("English").one("html")["lang"] == "en"
    assert visitor.get("/sign-in").one("html")["lang"] == "en"
    gallery.reader = Reader(language="zh")
    assert visitor.get("/").one("html")["lang"] == "zh-CN"


def test_large_text_is_a_class_on_the_root(site: tuple[Visitor, Gallery]) -> None:
    visitor, gallery = site
    gallery.reader = Reader(text_size="large")
    assert visitor.get("/").one("html")["class"] == ["text-large"]


def test_only_a_demonstration_says_that_it_is_one() -> None:
    live, demo = build(kind="live")[0], build(kind="demo")[0]
    assert "均为虚构" not in Visitor(live).get("/").text
    assert "演示系统：所有人物和内容均为虚构" in Visitor(demo).get("/").text


def test_lock_leave_and_sign_out_are_posts(site: tuple[Visitor, Gallery]) -> None:
    visitor, gallery = site
    for word, path in (("锁屏", "/lock"), ("退出登录", "/out"), ("快速离开", "/leave")):
        visitor.get("/form")
        visitor.submit(word)
        assert gallery.posts[-1][0] == path


PAGE = (
    '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Cases – Casework</title></head>'
    "<body><h1>Cases</h1>{}</body></html>"
)


@pytest.mark.parametrize(
    ("part", "fault"),
    [
        ("<p style='color: red'>x</p>", "style attribute"),
        ("<script>1</script>", "inline script"),
        ("<p onclick='x()'>x</p>", "onclick"),
        ("<h1>Other</h1>", "2 h1"),
        ("<p id='a'></p><p id='a'></p>", "twice"),
        ("<form action='/x' method='post'></form>", "0 tokens"),
        ("<form method='get'></form>", "without action"),
        ("<input name='q'>", "no label"),
        ("<a href='https://example.org/'>x</a>", "elsewhere"),
        ("<p>{{ name }}</p>", "unrendered"),
        ("<p>⟦查找⟧</p>", "untranslated"),
        ("<nav><a href='/'>查找</a></nav>", "Chinese in an English page"),
        ("<div><p></div>", ""),
        ("<p><table></p>", "invalid HTML"),
        ("<a href='#nowhere'>x</a>", "missing"),
    ],
)
def test_the_inspection_finds(part: str, fault: str) -> None:
    assert any(fault in it for it in faults(PAGE.replace("{}", part))) or not fault


def test_the_inspection_passes_a_plain_page() -> None:
    assert faults(PAGE.replace("{}", "<p>Nothing here.</p>")) == []


def test_filling_what_a_form_does_not_offer_fails(site: tuple[Visitor, Gallery]) -> None:
    visitor, _gallery = site
    visitor.get("/form")
    with pytest.raises(AssertionError, match="no field 'nothing'"):
        visitor.submit("保存并完成", {"nothing": "x"})


def test_another_status_is_a_fault(site: tuple[Visitor, Gallery]) -> None:
    with pytest.raises(PageFault, match="answered 404"):
        site[0].get("/nowhere")
